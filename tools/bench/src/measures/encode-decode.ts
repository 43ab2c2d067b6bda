import assert from 'node:assert/strict'
import { createHeader, FileDecoder, FileEncoder, toTxid, type Header } from '@ltx/format'
import { atLeast } from '../lib/bound.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { rateOf } from '../lib/page-rate.ts'
import { PAGE_SIZE } from '../lib/sample-database.ts'
import { samplePages } from '../lib/sample-pages.ts'

const MIB = 1024 * 1024
const CHUNK_BYTES = 262_144

export const encodeDecode: Measure = {
  name: 'encode-decode',
  about: 'LTX files in memory, page bytes a second on one thread',
  run: measureEncodeDecode,
}

async function measureEncodeDecode(context: BenchContext): Promise<Row[]> {
  const { whole, pages } = samplePages(
    context.folder,
    byEffort(context, { full: 64, quick: 32, smoke: 1 }) * MIB,
  )
  const rounds = roundsOf(context, { full: 11, quick: 5, smoke: 2 })
  const txid = toTxid(1n)
  const header = createHeader({
    pageSize: PAGE_SIZE,
    commit: pages.length,
    minTXID: txid,
    maxTXID: txid,
    timestampMs: 0,
  })
  const chunks = encode(header, pages)
  const back = new Uint8Array(whole.length)
  decode(chunks, (pageNumber, data) => back.set(data, (pageNumber - 1) * PAGE_SIZE))
  assert.equal(Buffer.compare(back, whole), 0, 'what is decoded is not what was encoded')
  const stored = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const words = { unit: 'MB/s', better: 'more' } as const
  return [
    {
      ...words,
      what: 'encode',
      ours: await rateOf(rounds, whole.length, () => void encode(header, pages)),
      must: atLeast(300),
      note: `${pages.length} pages of ${PAGE_SIZE} bytes, stored in ${((100 * stored) / whole.length).toFixed(0)} %`,
    },
    {
      ...words,
      what: 'decode and verify',
      ours: await rateOf(rounds, whole.length, () => decode(chunks, () => {})),
      must: atLeast(600),
    },
  ]
}

function encode(header: Header, pages: readonly Uint8Array[]): Uint8Array[] {
  const encoder = new FileEncoder(header)
  const chunks: Uint8Array[] = []
  for (const [index, page] of pages.entries()) {
    encoder.writePage(index + 1, page)
    if (encoder.pendingBytes >= CHUNK_BYTES) chunks.push(encoder.take())
  }
  encoder.finish()
  chunks.push(encoder.take())
  return chunks
}

function decode(chunks: readonly Uint8Array[], onPage: (pageNumber: number, data: Uint8Array) => void): void {
  const decoder = new FileDecoder()
  for (const chunk of chunks) {
    decoder.push(chunk)
    for (let event = decoder.pull(); event !== null; event = decoder.pull()) {
      if (event.kind === 'page') onPage(event.pageNumber, event.data)
    }
  }
  decoder.finishInput()
}
