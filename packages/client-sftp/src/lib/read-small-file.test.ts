import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { readSmallFile } from './read-small-file.ts'

test('readSmallFile: a file → its bytes; a directory, or none → an error', async () => {
  const { files } = simEnv({ seed: 1 })
  await files.makeDirectory('/keys')
  await using handle = await files.open('/keys/id', 'create')
  await handle.write(Uint8Array.of(1, 2, 3), 0)
  assert.deepEqual(await readSmallFile(files, '/keys/id'), Uint8Array.of(1, 2, 3))
  await assert.rejects(readSmallFile(files, '/keys'))
  await assert.rejects(readSmallFile(files, '/keys/none'), { code: 'ENOENT' })
})

test('readSmallFile: one that is far too large → refused before it is read', async () => {
  const { files } = simEnv({ seed: 1 })
  await using handle = await files.open('/large', 'create')
  await handle.truncate(17 * 1024 * 1024)
  await assert.rejects(readSmallFile(files, '/large'), /no list of keys/)
})
