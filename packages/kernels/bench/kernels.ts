// MB/s of each kernel on pages of a database file: node bench/kernels.ts [FILE] (default: pages made up of text and numbers).
import { readFileSync } from 'node:fs'
import { createKernels, type Kernels, lz4Bound } from '../src/index.ts'

const PAGE_BYTES = 4096
const MEASURE_MS = 400

function syntheticPages(): Uint8Array {
  const words =
    'select insert account holder street 2024-01-17 amount currency EUR note paid late order'.split(' ')
  let seed = 1
  let text = ''
  while (text.length < 1024 * PAGE_BYTES) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff
    text += `${words[(seed >> 8) % words.length]}\0${seed % 9973}`
  }
  return new TextEncoder().encode(text).subarray(0, 1024 * PAGE_BYTES)
}

function measure(name: string, bytes: number, run: () => void): void {
  const until = performance.now() + MEASURE_MS
  const rates: number[] = []
  while (performance.now() < until) {
    const started = performance.now()
    run()
    rates.push(bytes / (performance.now() - started) / 1000)
  }
  rates.sort((a, b) => a - b)
  const median = rates[rates.length >> 1] ?? 0
  console.log(`${name.padEnd(34)} ${median.toFixed(0).padStart(7)} MB/s`)
}

function measureAll(kernels: Kernels, database: Uint8Array): void {
  const pages: Uint8Array[] = []
  for (let at = 0; at + PAGE_BYTES <= database.length; at += PAGE_BYTES) {
    pages.push(database.subarray(at, at + PAGE_BYTES))
  }
  const bytes = pages.length * PAGE_BYTES
  const target = new Uint8Array(10 + lz4Bound(PAGE_BYTES))
  const page = new Uint8Array(PAGE_BYTES)
  const checksum = { value: 0n }
  const blocks = pages.map((each) => target.slice(0, kernels.compressBlock(each, target)))
  const frames = pages.map((each) => target.slice(0, kernels.encodePageFrame(checksum, 1, each, target, 0)))
  const stored = blocks.reduce((sum, block) => sum + block.length, 0)
  const sums = new BigUint64Array(pages.length)
  const whole = database.subarray(0, bytes)
  console.log(
    `${kernels.implementation}, ${pages.length} pages of ${PAGE_BYTES}, ratio ${(stored / bytes).toFixed(3)}`,
  )
  measure('crc64, whole', bytes, () => kernels.crc64(0n, whole))
  measure('crc64, a page a call', bytes, () => pages.forEach((each) => kernels.crc64(0n, each)))
  measure('pageChecksums', bytes, () => kernels.pageChecksums(1, whole, PAGE_BYTES, sums))
  measure('compressBlock', bytes, () => pages.forEach((each) => kernels.compressBlock(each, target)))
  measure('decompressBlock', bytes, () => blocks.forEach((each) => kernels.decompressBlock(each, page)))
  measure('encodePageFrame', bytes, () =>
    pages.forEach((each) => kernels.encodePageFrame(checksum, 1, each, target, 0)),
  )
  measure('decodePageFrame', bytes, () =>
    frames.forEach((each) => kernels.decodePageFrame(checksum, each, PAGE_BYTES, page, 0)),
  )
  measure('walChecksum, little-endian', bytes, () => kernels.walChecksum([0, 0], whole, true))
  measure('walChecksum, big-endian', bytes, () => kernels.walChecksum([0, 0], whole, false))
}

const file = process.argv[2]
measureAll(createKernels(), file === undefined ? syntheticPages() : readFileSync(file))
