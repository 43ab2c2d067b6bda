import assert from 'node:assert/strict'
import { test } from 'vitest'
import { countsFor, REPLICA_KEYS } from './replica-keys.ts'
import { STORAGE_TYPES } from './schema.ts'

function storagesOf(name: string): readonly string[] {
  const key = REPLICA_KEYS[name]
  assert.ok(key !== undefined)
  return STORAGE_TYPES.filter((type) => countsFor(type, key))
}

test('countsFor: a key of some storages → those; one that names none → all', () => {
  assert.deepEqual(storagesOf('host'), ['sftp'])
  assert.deepEqual(storagesOf('password'), ['sftp', 'nats'])
  assert.deepEqual(storagesOf('sync-interval'), STORAGE_TYPES)
})

test('REPLICA_KEYS: a name that smells of a secret → its value is hidden, or it is known to be none', () => {
  const harmless = new Set(['client-key', 'host-key', 'key-path', 'sse-customer-key-path', 'sse-kms-key-id'])
  const shown = Object.entries(REPLICA_KEYS)
    .filter(([name]) => /pass|secret|token|key|seed|jwt/.test(name) && !harmless.has(name))
    .filter(([, key]) => key.kind === 'section' || key.kind === 'list' || key.secret !== true)
  assert.deepEqual(shown, [])
})
