import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { holdsReadLock } from './read-lock-check.ts'

const line = (fields: string): string => `1: ${fields}\n`
const OURS = 'POSIX  ADVISORY  READ 77 fe:00:1234 1073741826 1073742335'

const rows: readonly [situation: string, table: string | null, found: boolean | null][] = [
  ['our read lock on it', line(OURS), true],
  ['among others', line('FLOCK  ADVISORY  WRITE 1 00:00:9 0 EOF') + line(OURS), true],
  ['a lock up to the end of the file', line('POSIX  ADVISORY  READ 77 fe:00:1234 0 EOF'), true],
  ['nothing', '', false],
  ['of another process', line(OURS.replace('77', '78')), false],
  ['on another file', line(OURS.replace(':1234', ':12345')), false],
  ['on another file whose number ends alike', line(OURS.replace(':1234', ':91234')), false],
  ['a write lock', line(OURS.replace('READ', 'WRITE')), false],
  ['a lock on other bytes', line('POSIX  ADVISORY  READ 77 fe:00:1234 123 123'), false],
  ['of the older kind', line(OURS.replace('POSIX', 'FLOCK')), false],
  ['no such table on this system', null, null],
]

for (const [situation, table, found] of rows) {
  test(`holdsReadLock: ${situation} → ${found}`, () => {
    const { blockingFiles } = simEnv({ seed: 1 })
    blockingFiles.makeDirectory('/proc')
    if (table !== null) {
      using handle = blockingFiles.open('/proc/locks', 'create')
      handle.write(new TextEncoder().encode(table), 0)
    }
    blockingFiles.open('/db', 'create').close()
    const stat = blockingFiles.stat('/db')
    assert.ok(stat !== null)
    assert.equal(holdsReadLock(blockingFiles, 77, { ...stat, ino: 1234n }), found)
  })
}
