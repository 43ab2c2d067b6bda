import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { isCheckpointWaiting } from './waiting-checkpoint.ts'

const rows: readonly [situation: string, locks: readonly string[] | null, waits: boolean][] = [
  ['a process has both locks, side by side', ['WRITE 77 * 120 121'], true],
  ['a process has both locks, one by one', ['WRITE 77 * 120 120', 'WRITE 77 * 121 121'], true],
  ['one has the writers’, another the checkpointers’', ['WRITE 77 * 120 120', 'WRITE 78 * 121 121'], false],
  ['a passive checkpoint', ['WRITE 77 * 121 121'], false],
  ['a transaction', ['WRITE 77 * 120 120', 'READ 77 * 124 124'], false],
  ['both locks on another file', ['WRITE 77 fe:00:99999 120 121'], false],
  ['nothing', [], false],
  ['a system that does not tell', null, false],
]

for (const [situation, locks, waits] of rows) {
  test(`isCheckpointWaiting: ${situation} → ${waits}`, () => {
    const { blockingFiles } = simEnv({ seed: 1 })
    blockingFiles.open('/app.db-shm', 'create').close()
    const shm = blockingFiles.stat('/app.db-shm')
    assert.ok(shm !== null)
    if (locks !== null) {
      blockingFiles.makeDirectory('/proc')
      const lines = locks.map((lock) => `1: POSIX  ADVISORY  ${lock.replace('*', `fe:00:${shm.ino}`)}\n`)
      using handle = blockingFiles.open('/proc/locks', 'create')
      handle.write(new TextEncoder().encode(lines.join('')), 0)
    }
    assert.equal(isCheckpointWaiting(blockingFiles, '/app.db'), waits)
  })
}

test('isCheckpointWaiting: no shared memory file → false', () => {
  assert.equal(isCheckpointWaiting(simEnv({ seed: 1 }).blockingFiles, '/app.db'), false)
})
