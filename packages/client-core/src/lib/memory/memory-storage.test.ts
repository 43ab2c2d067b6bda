import assert from 'node:assert/strict'
import { test } from 'vitest'
import { failureOf, key } from '../conformance/material.ts'
import { MemoryStorage, MemoryStorageError } from './memory-storage.ts'

test('memory storage: put by file or by path → there under both', () => {
  const storage = new MemoryStorage()
  storage.put(key(9, 1n), Uint8Array.of(1))
  storage.put('lock.json', Uint8Array.of(2))
  assert.deepEqual(storage.paths(), ['lock.json', 'ltx/9/0000000000000001-0000000000000001.ltx'])
  assert.deepEqual(storage.get(key(9, 1n)), Uint8Array.of(1))
  assert.deepEqual(storage.get('lock.json'), Uint8Array.of(2))
  assert.equal(storage.get('nothing'), null)
})

test('memory storage: failNext twice → the next two requests, in order, and no third', async () => {
  const storage = new MemoryStorage()
  storage.failNext(503)
  storage.failNext(403)
  for (const status of [503, 403]) {
    const error = await failureOf(storage.request('get'))
    assert.ok(error instanceof MemoryStorageError)
    assert.equal(error.status, status)
  }
  await storage.request('put')
  assert.deepEqual(storage.requests, { list: 0, get: 2, put: 1, delete: 0 })
})
