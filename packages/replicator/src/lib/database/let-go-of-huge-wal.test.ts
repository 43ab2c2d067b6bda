import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import type { ActiveDatabase } from './active-database.ts'
import { letGoOfHugeWal } from './let-go-of-huge-wal.ts'

for (const [walBytes, released] of [
  [1000, 0],
  [1001, 1],
] as const) {
  test(`letGoOfHugeWal: a WAL of ${walBytes} with a limit of 1000 → the pin is let go ${released} times`, () => {
    let releases = 0
    const active = {
      files: { path: '/app.db', walBytes: () => walBytes },
      pin: { release: () => releases++ },
    } as unknown as ActiveDatabase
    letGoOfHugeWal(simEnv({ seed: 1 }), active, { pinnedWalBytesMax: 1000 })
    assert.equal(releases, released)
  })
}
