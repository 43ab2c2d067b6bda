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
