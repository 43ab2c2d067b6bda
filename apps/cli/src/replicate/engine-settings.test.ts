import assert from 'node:assert/strict'
import { DATABASE_DEFAULTS, STORE_DEFAULTS } from '@ltx/replicator'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from '../config/load-config.ts'
import { databaseSettings, storeSettings } from './engine-settings.ts'

const { io } = testIo({ workingDirectory: '/srv' })

function pick(from: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)))
}

test('storeSettings and databaseSettings: a file that says nothing → exactly the engine’s defaults', () => {
  const config = parseConfig('dbs: [{path: a.db, replica: {path: r}}]', 'x.yml', io)
  const [database] = config.databases
  assert.ok(database !== undefined)
  const { embedded, ...store } = storeSettings(config, { once: false })
  assert.equal(embedded, false, 'no application shares the process of the command')
  assert.deepEqual(store, pick(STORE_DEFAULTS, Object.keys(store)))
  const settings = databaseSettings(config, database)
  assert.deepEqual(settings, pick(DATABASE_DEFAULTS, Object.keys(settings)))
})

test('storeSettings: -once → nothing by time', () => {
  assert.equal(storeSettings(parseConfig('', 'x.yml', io), { once: true }).compactionEnabled, false)
})

test('databaseSettings: every key given → handed on', () => {
  const yaml = `dbs:
  - path: a.db
    meta-path: meta
    monitor-interval: 2s
    checkpoint-interval: 0
    min-checkpoint-page-count: 5
    truncate-page-n: -1
    max-sync-wal-bytes: 0
    replica: {path: r, sync-interval: 10s, max-sync-ltx-files: 0, auto-recover: true}`
  const config = parseConfig(yaml, 'x.yml', io)
  const [database] = config.databases
  assert.ok(database !== undefined)
  assert.deepEqual(databaseSettings(config, database), {
    monitorIntervalMs: 2000,
    checkpointIntervalMs: 0,
    minCheckpointPageCount: 5,
    truncatePageN: -1,
    maxSyncWalBytes: 0,
    syncIntervalMs: 10_000,
    maxSyncLtxFiles: 0,
    autoRecover: true,
    metaPath: '/srv/meta',
  })
})
