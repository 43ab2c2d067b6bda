import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isReplicatorError } from './errors.ts'
import {
  DATABASE_DEFAULTS,
  databaseSettings,
  STORE_DEFAULTS,
  storeSettings,
  type DatabaseSettings,
  type StoreSettings,
} from './settings.ts'

test('settings: none given → the defaults', () => {
  assert.deepEqual(databaseSettings(), DATABASE_DEFAULTS)
  assert.deepEqual(storeSettings(), STORE_DEFAULTS)
})

test('settings: given → as given; undefined → the default', () => {
  const given = unchecked({ syncIntervalMs: 250, autoRecover: true, monitorIntervalMs: undefined })
  assert.deepEqual(databaseSettings(given), { ...DATABASE_DEFAULTS, syncIntervalMs: 250, autoRecover: true })
  const store = unchecked({ workersMax: undefined, embedded: false })
  assert.deepEqual(storeSettings(store), { ...STORE_DEFAULTS, embedded: false })
})

for (const [given, expected] of [
  [0, DATABASE_DEFAULTS.truncatePageN],
  [-1, -1],
  [5, 5],
] as const) {
  test(`databaseSettings: truncatePageN ${given} → ${expected}`, () => {
    assert.equal(databaseSettings({ truncatePageN: given }).truncatePageN, expected)
  })
}

const databaseLimits: readonly [name: keyof DatabaseSettings, least: number][] = [
  ['minCheckpointPageCount', 1],
  ['syncIntervalMs', 1],
  ['maxSyncWalBytes', 0],
  ['maxSyncLtxFiles', 0],
]

const storeLimits: readonly [name: keyof StoreSettings, least: number][] = [
  ['snapshotIntervalMs', 1],
  ['snapshotRetentionMs', 1],
  ['l0RetentionMs', 0],
  ['l0RetentionCheckIntervalMs', 1],
  ['shutdownSyncTimeoutMs', 0],
  ['shutdownSyncIntervalMs', 1],
  ['workersMax', 1],
  ['awakeMax', 1],
]

for (const [name, least] of databaseLimits) {
  test(`databaseSettings: ${name} ${least} → accepted, ${least - 1} → refused by its name`, () => {
    assert.equal(databaseSettings({ [name]: least })[name], least)
    assert.throws(() => databaseSettings({ [name]: least - 1 }), refuses(name))
  })
}

for (const [name, least] of storeLimits) {
  test(`storeSettings: ${name} ${least} → accepted, ${least - 1} → refused by its name`, () => {
    assert.equal(storeSettings({ [name]: least })[name], least)
    assert.throws(() => storeSettings({ [name]: least - 1 }), refuses(name))
  })
}

test('storeSettings: eight levels → accepted, nine → refused', () => {
  const levels = Array.from({ length: 8 }, () => ({ intervalMs: 1000 }))
  assert.equal(storeSettings({ levels }).levels.length, 8)
  assert.throws(() => storeSettings({ levels: [...levels, { intervalMs: 1000 }] }), refuses('levels'))
})

test('storeSettings: a level without an interval → refused by its place', () => {
  const levels = [{ intervalMs: 1000 }, { intervalMs: 0 }]
  assert.throws(() => storeSettings({ levels }), refuses('levels[1].intervalMs'))
})

/** Not a number passes no comparison, so every rule refuses it. */
test('settings: not a number → refused', () => {
  assert.throws(() => databaseSettings({ syncIntervalMs: Number.NaN }), refuses('syncIntervalMs'))
  assert.throws(() => storeSettings({ snapshotIntervalMs: Number.NaN }), refuses('snapshotIntervalMs'))
})

/** As plain JavaScript passes it. */
function unchecked(given: object): object {
  return given
}

function refuses(name: string): (error: unknown) => boolean {
  return (error) => isReplicatorError(error, 'REPLICATOR_BAD_SETTINGS') && error.message.includes(name)
}
