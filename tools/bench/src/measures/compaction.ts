import assert from 'node:assert/strict'
import { mergeFiles, type MergeSource } from '@ltx/compactor'
import { createHeader, encodeFile, readEvents, toTxid, type PageInput } from '@ltx/format'
import { atLeast } from '../lib/bound.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { rateOf } from '../lib/page-rate.ts'
import { PAGE_SIZE } from '../lib/sample-database.ts'
import { samplePages } from '../lib/sample-pages.ts'

const MIB = 1024 * 1024
const CHUNK_BYTES = 262_144

export const compaction: Measure = {
  name: 'compaction',
  about: 'many LTX files to one, in memory, page bytes of the input a second',
  run: measureCompaction,
}

/** One file in `every` takes every `every`-th page, each from another start. */
interface Shape {
  readonly what: string
  readonly count: number
  readonly every: number
}

async function measureCompaction(context: BenchContext): Promise<Row[]> {
  const { pages } = samplePages(context.folder, byEffort(context, { full: 64, quick: 32, smoke: 1 }) * MIB)
  const rounds = roundsOf(context, { full: 7, quick: 2, smoke: 1 })
  const shapes: readonly Shape[] = [
    { what: '8 whole files', count: 8, every: 1 },
    { what: '60 files, a tenth of the pages each', count: 60, every: 10 },
    { what: '2000 files, a thousandth each', count: 2000, every: 1000 },
  ]
  const rows: Row[] = []
  for (const shape of byEffort(context, {
    full: shapes,
    quick: shapes.slice(1),
    smoke: shapes.slice(1, 2),
  })) {
    rows.push(await measureShape(shape, pages, rounds))
  }
  return rows
}

async function measureShape(shape: Shape, pages: readonly Uint8Array[], rounds: number): Promise<Row> {
  const newest = new Map<number, Uint8Array>()
  const sources: MergeSource[] = []
  let inputBytes = 0
  for (let index = 0; index < shape.count; index++) {
    const inputs = pagesOf(index, shape.every, pages)
    for (const { pageNumber, data } of inputs) newest.set(pageNumber, data)
    inputBytes += inputs.length * PAGE_SIZE
    const file = await encoded(index, pages.length, inputs)
    sources.push({ open: () => chunked(file) })
  }
  await checkMerged(sources, newest)
  const ours = await rateOf(rounds, inputBytes, async () => {
    for await (const chunk of mergeFiles(sources)) void chunk
  })
  const must = atLeast(300)
  return { what: `compaction: ${shape.what}`, unit: 'MB/s', better: 'more', ours, must }
}

/** The pages of file `index`: every one differs from that of the file before. */
function pagesOf(index: number, every: number, pages: readonly Uint8Array[]): PageInput[] {
  const inputs: PageInput[] = []
  for (let at = index % every; at < pages.length; at += every) {
    const from = every === 1 ? (at + index * 17) % pages.length : at // whole files: the same pages, moved
    inputs.push({ pageNumber: at + 1, data: pages[from] ?? new Uint8Array(PAGE_SIZE) })
  }
  return inputs
}

async function encoded(index: number, commit: number, inputs: readonly PageInput[]): Promise<Uint8Array> {
  const txid = toTxid(BigInt(index + 2))
  const header = createHeader({ pageSize: PAGE_SIZE, commit, minTXID: txid, maxTXID: txid, timestampMs: 0 })
  const chunks: Uint8Array[] = []
  for await (const chunk of encodeFile(header, inputs)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* chunked(file: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < file.length; at += CHUNK_BYTES) yield file.subarray(at, at + CHUNK_BYTES)
}

async function checkMerged(
  sources: readonly MergeSource[],
  newest: ReadonlyMap<number, Uint8Array>,
): Promise<void> {
  let seen = 0
  for await (const event of readEvents(mergeFiles(sources))) {
    if (event.kind !== 'page') continue
    seen++
    const expected = newest.get(event.pageNumber)
    assert.ok(
      expected !== undefined && Buffer.compare(expected, event.data) === 0,
      `page ${event.pageNumber}`,
    )
  }
  assert.equal(seen, newest.size, 'pages of the merged file')
}
