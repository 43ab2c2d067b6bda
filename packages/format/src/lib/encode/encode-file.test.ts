import assert from 'node:assert/strict'
import { test } from 'vitest'
import { DatabaseChecksum } from '../checksum/database-checksum.ts'
import { CHECKSUM_FLAG } from '../constants.ts'
import { createHeader, type Header } from '../file/header.ts'
import { toTxid } from '../ids/txid.ts'
import { decodeFileSpec } from '../testing/file-spec.ts'
import { patternedPage } from '../testing/patterned-page.ts'
import { CHUNK_BYTES, encodeFile, type PageInput } from './encode-file.ts'

const PAGE_BYTES = 4096
const COMMIT = 400

function header(fields: Partial<Header> = {}): Header {
  const ids = { minTXID: toTxid(1n), maxTXID: toTxid(1n), timestampMs: 0 }
  return createHeader({ pageSize: PAGE_BYTES, commit: COMMIT, ...ids, ...fields })
}

function* pages(count: number = COMMIT): Generator<PageInput, void, undefined> {
  const data = new Uint8Array(PAGE_BYTES) // one buffer for all: pages are borrowed
  for (let pageNumber = 1; pageNumber <= count; pageNumber++) {
    data.set(patternedPage(PAGE_BYTES, pageNumber))
    yield { pageNumber, data }
  }
}

async function* slowPages(): AsyncGenerator<PageInput, void, undefined> {
  for (const page of pages()) {
    await Promise.resolve()
    yield page
  }
}

async function gathered(chunks: AsyncIterable<Uint8Array>): Promise<{ file: Uint8Array; longest: number }> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  const file = new Uint8Array(Buffer.concat(all))
  return { file, longest: Math.max(...all.map((chunk) => chunk.length)) }
}

test('encodeFile: pages from a generator and from an async one → the same file, in chunks of bounded size', async () => {
  const fromSync = await gathered(encodeFile(header(), pages()))
  const fromAsync = await gathered(encodeFile(header(), slowPages()))
  assert.deepEqual(fromSync.file, fromAsync.file)
  assert(fromSync.file.length > 2 * CHUNK_BYTES)
  assert(fromSync.longest < CHUNK_BYTES + 20_000)
  assert.equal(decodeFileSpec(fromSync.file).pages.length, COMMIT)
})

test('encodeFile: a post-apply checksum as a function → asked for when all pages are through', async () => {
  const database = new DatabaseChecksum()
  const tracked = header({
    minTXID: toTxid(2n),
    maxTXID: toTxid(2n),
    noChecksum: false,
    preApplyChecksum: CHECKSUM_FLAG,
  })
  function* watched(): Generator<PageInput, void, undefined> {
    for (const page of pages(3)) {
      database.toggle(page.pageNumber, page.data)
      yield page
    }
  }
  const { file } = await gathered(encodeFile(tracked, watched(), { postApplyChecksum: () => database.value }))
  assert.equal(decodeFileSpec(file).postApplyChecksum, database.value)
})

test('encodeFile: a full image with pages missing → RangeError', async () => {
  await assert.rejects(gathered(encodeFile(header(), pages(5))), RangeError)
})

test('encodeFile: left early → the source of pages is closed', async () => {
  let isClosed = false
  async function* closing(): AsyncGenerator<PageInput, void, undefined> {
    try {
      yield* pages()
    } finally {
      isClosed = true
    }
  }
  for await (const chunk of encodeFile(header(), closing())) {
    assert(chunk.length > 0)
    break
  }
  assert(isClosed)
})
