import assert from 'node:assert/strict'
import { collectFiles } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { toTxid } from '@ltx/format'
import { encodeFileSpec, withByte } from '@ltx/format/testing'
import { test } from 'vitest'
import { checkFiles } from './check-files.ts'

const { signal } = new AbortController()
const onProgress = (): void => {}

async function replica(change: (bytes: Uint8Array, txid: bigint) => Uint8Array = (bytes) => bytes) {
  const client = memoryClient()
  for (const txid of [1n, 2n, 3n]) {
    const pages = [{ pageNumber: 1, data: new Uint8Array(512).fill(7) }]
    const spec = { pageSize: 512, commit: 1, minTXID: txid, maxTXID: txid, timestampMs: 1, pages }
    const bytes = change(encodeFileSpec(spec), txid)
    await client.writeFile({ level: 0, minTXID: toTxid(txid), maxTXID: toTxid(txid) }, async function* () {
      yield bytes
    })
  }
  return { client, files: await collectFiles(client.listFiles(0)) }
}

test('checkFiles: sound files → their number; told how far it is', async () => {
  const { client, files } = await replica()
  const seen: number[] = []
  const found = await checkFiles({
    client,
    files,
    signal,
    onProgress: ({ bytesDone }) => seen.push(bytesDone),
  })
  assert.match(found, /^3 files of \d+ B sound$/)
  assert.equal(seen.length, 3)
  assert.equal(seen[0], 0)
})

test('checkFiles: a byte of one is another → that one is named', async () => {
  const { client, files } = await replica((bytes, txid) =>
    txid === 2n ? withByte(bytes, bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1) : bytes,
  )
  await assert.rejects(
    checkFiles({ client, files, signal, onProgress }),
    /^Error: 0\/0{15}2-0{15}2.ltx: LTX_CHECKSUM_MISMATCH/,
  )
})

test('checkFiles: listed with another size → named; deleted meanwhile → none of its faults', async () => {
  const { client, files } = await replica()
  const [first, second] = files
  assert.ok(first !== undefined && second !== undefined)
  const wrong = [{ ...first, size: first.size + 1 }]
  await assert.rejects(checkFiles({ client, files: wrong, signal, onProgress }), /is listed with/)
  await client.deleteFiles([second])
  assert.match(await checkFiles({ client, files, signal, onProgress }), /^2 files .*, 1 deleted meanwhile$/)
})
