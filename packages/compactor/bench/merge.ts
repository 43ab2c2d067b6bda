// MB/s of page bytes through a merge: node bench/merge.ts [DATABASE] (default: 64 MiB of text and numbers).
import { readFileSync } from 'node:fs'
import { createHeader, encodeFile, toTxid, type PageInput } from '@ltx/format'
import { mergeFiles, type MergeSource } from '../src/index.ts'

const PAGE_BYTES = 4096
const ROUNDS = 5

function syntheticDatabase(): Uint8Array {
  const bytes = new Uint8Array(64 * 1024 * 1024)
  const text = new TextEncoder().encode('amount street order paid 2024-01-17 customer note late EUR ')
  for (let at = 0; at < bytes.length; at += 16) {
    bytes.set(text.subarray(at % 48, (at % 48) + 12), at)
    new DataView(bytes.buffer).setUint32(at + 12, Math.imul(at, 2_654_435_761))
  }
  return bytes
}

async function encoded(txid: number, database: Uint8Array, every: number): Promise<Uint8Array> {
  const commit = Math.floor(database.length / PAGE_BYTES)
  function* pages(): Generator<PageInput, void, undefined> {
    for (let number = 1 + (txid % every); number <= commit; number += every) {
      yield { pageNumber: number, data: database.subarray((number - 1) * PAGE_BYTES, number * PAGE_BYTES) }
    }
  }
  const txids = { minTXID: toTxid(BigInt(txid)), maxTXID: toTxid(BigInt(txid)) }
  const header = createHeader({ pageSize: PAGE_BYTES, commit, timestampMs: 0, ...txids })
  const chunks: Uint8Array[] = []
  for await (const chunk of encodeFile(header, pages())) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* chunked(file: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < file.length; at += 262_144) yield file.subarray(at, at + 262_144)
}

async function measure(name: string, database: Uint8Array, count: number, every: number): Promise<void> {
  const files: Uint8Array[] = []
  for (let i = 0; i < count; i++) files.push(await encoded(i + 2, database, every))
  const sources: MergeSource[] = files.map((file) => ({ open: () => chunked(file) }))
  const pageBytes = (database.length / every) * count
  const rates: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now()
    for await (const chunk of mergeFiles(sources)) void chunk
    rates.push(pageBytes / (performance.now() - started) / 1000)
  }
  const median = rates.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0
  console.log(`${name.padEnd(40)} ${median.toFixed(0).padStart(6)} MB/s of input pages`)
}

const path = process.argv[2]
const database = path === undefined ? syntheticDatabase() : readFileSync(path)
await measure('1 whole file', database, 1, 1)
await measure('8 whole files', database, 8, 1)
await measure('8 files, an eighth of the pages each', database, 8, 8)
await measure('60 files, a tenth of the pages each', database, 60, 10)
await measure('2000 files, a thousandth each', database, 2000, 1000)
