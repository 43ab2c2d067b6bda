import assert from 'node:assert/strict'
import { memoryClient, MemoryStorage } from '@ltx/client-core/memory'
import { isCompactorError } from '@ltx/compactor'
import { isFormatError, toTxid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { fileInfo } from '../../../test/file-infos.ts'
import { contentOf, instantEnv, putContent } from '../../../test/instant-env.ts'
import { parseOutputPath } from '../output-path.ts'
import { OtherPageSize, stageFiles } from './new-content.ts'

const output = parseOutputPath('/copy/app.db')
const from = { txid: toTxid(1n), pageSize: 512, commit: 3 }

/** Transactions 2 and 3 write pages 2 and 3; `change` alters what is stored. */
async function staged(
  change: (storage: MemoryStorage) => void = () => {},
  txids: readonly number[] = [2, 3],
): Promise<readonly number[]> {
  const storage = new MemoryStorage()
  for (const txid of txids) {
    const spec = { pageSize: 512, commit: 3, minTXID: BigInt(txid), maxTXID: BigInt(txid), timestampMs: txid }
    const pages = [{ pageNumber: txid, data: new Uint8Array(512).fill(txid) }]
    storage.put(fileInfo(0, txid, txid), encodeFileSpec({ ...spec, pages }))
  }
  change(storage)
  const env = instantEnv()
  await putContent(env, output.path, new Uint8Array(3 * 512))
  await using database = await env.files.open(output.path, 'read-write')
  const before = await contentOf(env, output.path)
  const plan = txids.map((txid) => {
    const file = fileInfo(0, txid, txid)
    return { ...file, size: storage.get(file)?.length ?? 0 }
  })
  const client = memoryClient({ storage })
  try {
    const { update, timestampMs } = await stageFiles(
      { env, client, output, database, signal: undefined },
      plan,
      from,
    )
    assert.equal(timestampMs, txids.at(-1))
    assert.equal(update.to.txid, BigInt(txids.at(-1) ?? 0))
    await update[Symbol.asyncDispose]()
    return update.pageNumbers
  } finally {
    assert.deepEqual(await contentOf(env, output.path), before)
    assert.deepEqual(await env.files.list('/copy'), ['app.db'])
  }
}

test('stage files: one, two → their pages and the first', async () => {
  assert.deepEqual(await staged(undefined, [2]), [2, 1])
  assert.deepEqual(await staged(), [2, 3, 1])
})

const flip = (txid: number) => (storage: MemoryStorage) => {
  const bytes = storage.get(fileInfo(0, txid, txid))?.slice() ?? assert.fail()
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1 // of the checksum: it shows only at the very end
  storage.put(fileInfo(0, txid, txid), bytes)
}

test('stage files: the last byte of the only one, of the second of two, is wrong → an error; nothing is touched or left', async () => {
  await assert.rejects(staged(flip(2), [2]), (error) => isFormatError(error))
  await assert.rejects(
    staged(flip(3)),
    (error) => isCompactorError(error, 'COMPACT_CORRUPT') || isFormatError(error),
  )
})

test('stage files: a file of other transactions than its name says → an error', async () => {
  await assert.rejects(
    staged(
      (storage) => storage.put(fileInfo(0, 2, 2), storage.get(fileInfo(0, 3, 3)) ?? assert.fail()),
      [2, 3].slice(0, 1).concat(3),
    ),
    /other transactions|COMPACT|contain/,
  )
})

test('stage files: another page size → OtherPageSize', async () => {
  const spec = { pageSize: 1024, commit: 1, minTXID: 2n, maxTXID: 2n, timestampMs: 2 }
  const bytes = encodeFileSpec({ ...spec, pages: [{ pageNumber: 1, data: new Uint8Array(1024) }] })
  await assert.rejects(
    staged((storage) => storage.put(fileInfo(0, 2, 2), bytes), [2]),
    OtherPageSize,
  )
})
