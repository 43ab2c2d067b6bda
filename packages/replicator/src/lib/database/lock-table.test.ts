import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { locksOn } from './lock-table.ts'

const TABLE = `1: POSIX  ADVISORY  WRITE 77 fe:00:1234 120 121
2: POSIX  ADVISORY  READ 78 fe:00:1234 124 124
3: POSIX  ADVISORY  READ 78 fe:00:91234 124 124
4: FLOCK  ADVISORY  WRITE 79 fe:00:1234 0 EOF
4: -> POSIX  ADVISORY  WRITE 80 fe:00:1234 120 120
5: POSIX  ADVISORY  WRITE 81 fe:00:1234 128 EOF
`

test('locksOn: a table of many files → the POSIX locks that are held on this one', () => {
  const { blockingFiles } = simEnv({ seed: 1 })
  blockingFiles.makeDirectory('/proc')
  using handle = blockingFiles.open('/proc/locks', 'create')
  handle.write(new TextEncoder().encode(TABLE), 0)
  assert.deepEqual(locksOn(blockingFiles, 1234n), [
    { isWrite: true, processId: 77, start: 120, end: 121 },
    { isWrite: false, processId: 78, start: 124, end: 124 },
    { isWrite: true, processId: 81, start: 128, end: Number.POSITIVE_INFINITY },
  ])
})

test('locksOn: a system without a table → null', () => {
  assert.equal(locksOn(simEnv({ seed: 1 }).blockingFiles, 1234n), null)
})
