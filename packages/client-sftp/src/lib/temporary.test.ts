import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { NAME } from '../../test/material.ts'
import { isStaleTemporary, temporaryPath } from './temporary.ts'

const NOW_MS = 1_700_000_000_000
const HOUR_MS = 3_600_000

test('temporaryPath: asked twice → as Litestream names them, and never the same', () => {
  const env = simEnv({ seed: 1, startMs: NOW_MS })
  const first = temporaryPath(env, `/r/ltx/0/${NAME}`)
  assert.match(first, new RegExp(`^/r/ltx/0/${NAME}\\.${env.processId}\\.1700000000000\\d{6}\\.tmp$`))
  assert.notEqual(temporaryPath(env, `/r/ltx/0/${NAME}`), first)
})

const nameOf = (ageMs: number): string => `${NAME}.12.${NOW_MS - ageMs}000000.tmp`

for (const [what, name, ageMs, kind, stale] of [
  ['old by name and time', nameOf(2 * HOUR_MS), 2 * HOUR_MS, 'file', true],
  ['old by time, which is a header’s', nameOf(0), 99 * HOUR_MS, 'file', false],
  ['old by name, and still written to', nameOf(2 * HOUR_MS), 0, 'file', false],
  ['a file of the replica', NAME, 99 * HOUR_MS, 'file', false],
  ['somebody’s own', 'notes.12.100.tmp', 99 * HOUR_MS, 'file', false],
  ['almost one', `x${nameOf(2 * HOUR_MS)}`, 99 * HOUR_MS, 'file', false],
  ['a directory', nameOf(2 * HOUR_MS), 2 * HOUR_MS, 'directory', false],
] as const) {
  test(`isStaleTemporary: ${what} → ${stale}`, () => {
    assert.equal(isStaleTemporary({ name, kind, size: 1, mtimeMs: NOW_MS - ageMs }, NOW_MS), stale)
  })
}
