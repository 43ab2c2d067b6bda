import assert from 'node:assert/strict'
import { test } from 'vitest'
import { silentLogger } from '@ltx/env/node'
import { simEnv, type SimClock } from '@ltx/env/sim'
import { AbsenceWarnings } from './absence-warnings.ts'

const path = '/data/app.db'

function scene(): { clock: SimClock; warnings: AbsenceWarnings; said: string[] } {
  const { clock } = simEnv({ seed: 1 })
  const said: string[] = []
  const log = (level: string, message: string): void => void said.push(`${level} ${message}`)
  const warnings = new AbsenceWarnings({ clock, logger: { ...silentLogger, log }, waitMsMax: 60_000 })
  return { clock, warnings, said }
}

test('AbsenceWarnings: a database stays away → one warning, after the time that it has', async () => {
  const { clock, warnings, said } = scene()
  warnings.hear({ kind: 'state', path, state: 'absent' })
  await clock.advance(59_000)
  assert.deepEqual(said, [])
  await clock.advance(3_600_000)
  assert.deepEqual(said, ['warn the database still does not exist'])
})

for (const state of ['active', 'closed'] as const) {
  test(`AbsenceWarnings: it is ${state} in time → nothing is said`, async () => {
    const { clock, warnings, said } = scene()
    warnings.hear({ kind: 'state', path, state: 'absent' })
    await clock.advance(30_000)
    warnings.hear({ kind: 'state', path, state })
    await clock.advance(3_600_000)
    assert.deepEqual(said, [])
  })
}

test('AbsenceWarnings: one that was there → said sooner, and as what it is', async () => {
  const { clock, warnings, said } = scene()
  warnings.hear({ kind: 'state', path, state: 'absent' })
  warnings.hear({ kind: 'missing', path, because: 'it has local files' })
  await clock.advance(9000)
  assert.deepEqual(said, [])
  await clock.advance(100_000)
  assert.deepEqual(said, ['warn the database is not there any more'])
})

test('AbsenceWarnings: closed → nobody is waited for', async () => {
  const { clock, warnings, said } = scene()
  warnings.hear({ kind: 'state', path, state: 'absent' })
  warnings.close()
  await clock.advance(100_000)
  assert.deepEqual(said, [])
})
