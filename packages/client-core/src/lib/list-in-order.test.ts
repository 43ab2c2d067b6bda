import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { collectFiles } from './collect-files.ts'
import { failureOf, key } from './conformance/material.ts'
import { isClientError } from './errors.ts'
import { expectOrder, listInOrder } from './list-in-order.ts'
import type { FileInfo } from './replica-client.ts'

async function* listed(...given: readonly bigint[]): AsyncGenerator<FileInfo> {
  for (const txid of given) yield { ...key(0, txid), size: 1, createdAtMs: 0 }
}

async function txids(files: AsyncIterable<FileInfo>): Promise<bigint[]> {
  return (await collectFiles(files)).map(({ minTXID }) => minTXID)
}

test('listInOrder: any order → sorted, from the given TXID', async () => {
  assert.deepEqual(await txids(listInOrder(listed(16n, 2n, 9n), undefined)), [2n, 9n, 16n])
  assert.deepEqual(await txids(listInOrder(listed(16n, 2n, 9n), toTxid(9n))), [9n, 16n])
})

test('listInOrder: as many files as fit → listed; one more → CLIENT_UNEXPECTED', async () => {
  assert.deepEqual(await txids(listInOrder(listed(2n, 1n), undefined, 2)), [1n, 2n])
  const error = await failureOf(txids(listInOrder(listed(3n, 2n, 1n), undefined, 2)))
  assert.ok(isClientError(error, 'CLIENT_UNEXPECTED'))
})

test('expectOrder: ascending → passed on as it comes, from the given TXID', async () => {
  assert.deepEqual(await txids(expectOrder(listed(2n, 9n, 16n), toTxid(3n))), [9n, 16n])
})

for (const [what, order] of [
  ['a file after a later one', [2n, 16n, 9n]],
  ['a file twice', [2n, 2n]],
] as const) {
  test(`expectOrder: ${what} → CLIENT_UNEXPECTED`, async () => {
    assert.ok(
      isClientError(await failureOf(txids(expectOrder(listed(...order), undefined))), 'CLIENT_UNEXPECTED'),
    )
  })
}
