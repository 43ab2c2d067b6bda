import assert from 'node:assert/strict'
import { ClientError, isClientError, type LegacyFiles } from '@ltx/client-core'
import { test } from 'vitest'
import { instantEnv } from '../../../test/instant-env.ts'
import { listLegacy, readLegacy } from './read-legacy.ts'

const path = 'generations/0123456789abcdef/wal/00000000_00000000.wal.lz4'
const object = { path, size: 10, modifiedAtMs: 1 }
const content = Uint8Array.from({ length: 10 }, (_, index) => index)

/** Breaks off after so many bytes, each time at another place; then not at all. */
function breaking(places: number[]): LegacyFiles {
  return {
    async *list() {
      yield object
      if (places.shift() !== undefined) throw new ClientError('CLIENT_UNREACHABLE', 'gone')
      yield { ...object, path: 'generations/strange' }
    },
    async *read() {
      const end = places.shift() ?? content.length
      for (let at = 0; at < end; at += 3) yield content.slice(at, Math.min(at + 3, end))
      if (end < content.length && end !== 4) throw new ClientError('CLIENT_BUSY', 'broken off')
    },
  }
}

test('read legacy: broken off thrice, once without an error → every byte once', async () => {
  const found: number[] = []
  for await (const chunk of readLegacy(breaking([5, 4, 7]), instantEnv(), object)) found.push(...chunk)
  assert.deepEqual(found, [...content])
})

test('read legacy: broken off again and again → the last failure', async () => {
  const files = breaking(Array.from({ length: 50 }, () => 0))
  const read = async (): Promise<void> => {
    for await (const chunk of readLegacy(files, instantEnv(), object)) assert.fail(String(chunk))
  }
  await assert.rejects(read(), (error) => isClientError(error, 'CLIENT_BUSY'))
})

test('list legacy: a listing breaks → begun again, strange names left out, nothing twice', async () => {
  const items = await listLegacy({ legacy: breaking([1]) }, instantEnv())
  assert.deepEqual(
    items.map((item) => item.path),
    [path],
  )
})
