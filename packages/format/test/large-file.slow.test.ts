import assert from 'node:assert/strict'
import {
  createHeader,
  encodeFile,
  readPageIndex,
  toTxid,
  verifyFile,
  type PageInput,
  type ReadRange,
} from '@ltx/format'
import { test } from 'vitest'
import { SeededRandom } from './seeded-random.ts'

const PAGE_BYTES = 65_536
const LOCK_PAGE = 16_385
const COMMIT = 67_000 // 4.1 GiB
const TAIL_CHUNKS = 10

function* pages(): Generator<PageInput, void, undefined> {
  const data = new SeededRandom(7).bytes(PAGE_BYTES)
  for (let pageNumber = 1; pageNumber <= COMMIT; pageNumber++) {
    if (pageNumber === LOCK_PAGE) continue
    data[pageNumber % 256] = pageNumber >>> 8
    yield { pageNumber, data }
  }
}

test('a full image of more than 4 GiB, lock page left out → written, verified and indexed in little memory', async () => {
  const [minTXID, maxTXID] = [toTxid(1n), toTxid(2n ** 64n - 1n)]
  const header = createHeader({ pageSize: PAGE_BYTES, commit: COMMIT, minTXID, maxTXID, timestampMs: 0 })
  const tails: Uint8Array[] = []
  let rssMax = 0
  async function* watched(): AsyncGenerator<Uint8Array, void, undefined> {
    let count = 0
    for await (const chunk of encodeFile(header, pages())) {
      yield chunk
      tails.push(chunk)
      if (tails.length > TAIL_CHUNKS) tails.shift()
      if (count++ % 64 === 0) rssMax = Math.max(rssMax, process.memoryUsage.rss())
    }
  }
  const rssBefore = process.memoryUsage.rss()
  const verified = await verifyFile(watched())
  assert.equal(verified.pageCount, COMMIT - 1)
  assert(verified.bytes > 2 ** 32)
  assert(rssMax - rssBefore < 200_000_000, `memory grew by ${rssMax - rssBefore} bytes`)

  const tail = new Uint8Array(Buffer.concat(tails))
  const tailStart = verified.bytes - tail.length
  const readRange: ReadRange = (start, end) => Promise.resolve(tail.slice(start - tailStart, end - tailStart))
  const entries = await readPageIndex(readRange, verified.bytes)
  assert.equal(entries.length, COMMIT - 1)
  assert((entries.at(-1)?.offset ?? 0) > 2 ** 32)
})
