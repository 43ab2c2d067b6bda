import assert from 'node:assert/strict'
import { createKernels, lz4Bound } from '@ltx/kernels'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { rateOf } from '../lib/page-rate.ts'
import { PAGE_SIZE } from '../lib/sample-database.ts'
import { samplePages } from '../lib/sample-pages.ts'
import type { Figure } from '../lib/statistics.ts'

const MIB = 1024 * 1024

export const kernels: Measure = {
  name: 'kernels',
  about: 'CRC-64, LZ4 and the WAL checksum, a page a call, and a copy in memory; one thread',
  run: measureKernels,
}

async function measureKernels(context: BenchContext): Promise<Row[]> {
  const { whole, pages } = samplePages(
    context.folder,
    byEffort(context, { full: 32, quick: 16, smoke: 1 }) * MIB,
  )
  const rounds = roundsOf(context, { full: 15, quick: 7, smoke: 2 })
  const kernelsHere = createKernels()
  const target = new Uint8Array(lz4Bound(PAGE_SIZE))
  const blocks = pages.map((page) => target.slice(0, kernelsHere.compressBlock(page, target)))
  const plain = new Uint8Array(whole.length)
  const decompressAll = (): void => {
    for (const [index, block] of blocks.entries()) {
      kernelsHere.decompressBlock(block, plain.subarray(index * PAGE_SIZE, (index + 1) * PAGE_SIZE))
    }
  }
  decompressAll()
  assert.equal(Buffer.compare(plain, whole), 0, 'LZ4 gives back other bytes')
  assert.equal(
    kernelsHere.crc64(0n, whole),
    pages.reduce((sum, page) => kernelsHere.crc64(sum, page), 0n),
    'the CRC of the whole is not that of its pages in a row',
  )
  const rate = (work: () => void): Promise<Figure> => rateOf(rounds, whole.length, work)
  const kind = kernelsHere.implementation
  return [
    row(
      `CRC-64 (${kind})`,
      await rate(() => void pages.reduce((sum, page) => kernelsHere.crc64(sum, page), 0n)),
    ),
    row(
      `LZ4 compress (${kind})`,
      await rate(() => pages.forEach((page) => kernelsHere.compressBlock(page, target))),
    ),
    row(`LZ4 decompress (${kind})`, await rate(decompressAll)),
    row('copy in memory', await rate(() => plain.set(whole))),
    row(
      `WAL checksum (${kind})`,
      await rate(() => pages.forEach((page) => kernelsHere.walChecksum([0, 0], page, true))),
    ),
  ]
}

function row(what: string, ours: Figure): Row {
  return { what, unit: 'MB/s', better: 'more', ours }
}
