import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient } from './memory/memory-client.ts'
import { collectFiles } from './collect-files.ts'
import { fileBytes, key, sourceOf } from './conformance/material.ts'

test('collectFiles: a listing of several pages → all of its files', async () => {
  await using client = memoryClient({ pageSize: 2 })
  for (let txid = 1n; txid <= 5n; txid++) {
    await client.writeFile(key(0, txid), sourceOf(fileBytes(key(0, txid))))
  }
  const files = await collectFiles(client.listFiles(0))
  assert.deepEqual(
    files.map(({ minTXID }) => minTXID),
    [1n, 2n, 3n, 4n, 5n],
  )
})
