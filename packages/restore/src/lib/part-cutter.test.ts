import assert from 'node:assert/strict'
import type { FileInfo } from '@ltx/client-core'
import { SeededRandom } from '@ltx/env/sim'
import { test } from 'vitest'
import { fileInfo } from '../../test/file-infos.ts'
import { type Part, PartCutter, type PartSizes } from './part-cutter.ts'

const SIZES: PartSizes = { partsAtOnce: 4, bytesMin: 100, bytesMax: 400, growthBytes: 100 }

function filesOf(...sizes: number[]): FileInfo[] {
  return sizes.map((size, index) => ({ ...fileInfo(0, index + 1, index + 1), size }))
}

/** Cuts until nothing is left; `grows` before each part. */
function cutAll(cutter: PartCutter, grows = false): Part[] {
  const parts: Part[] = []
  for (let part = cutter.next(); part !== null; part = cutter.next()) {
    parts.push(part)
    if (grows) cutter.grow()
  }
  return parts
}

const bytesOf = (parts: readonly Part[]): number[] => parts.map(({ start, end }) => end - start)

test.each([
  { sizes: [], parts: [] },
  { sizes: [0], parts: [] },
  { sizes: [1], parts: [1] },
  { sizes: [100], parts: [100] },
  { sizes: [101], parts: [100, 1] },
  { sizes: [250, 0, 30], parts: [100, 100, 50, 30] },
])('PartCutter: never asked to grow, files of $sizes bytes → parts of $parts', ({ sizes, parts }) => {
  assert.deepEqual(bytesOf(cutAll(new PartCutter(filesOf(...sizes), SIZES))), parts)
})

test('PartCutter: asked to grow before every part → larger ones up to the largest, smaller ones toward the end', () => {
  const parts = bytesOf(cutAll(new PartCutter(filesOf(4000), SIZES), true))
  assert.deepEqual(parts.slice(0, 7), [100, 200, 300, 400, 400, 400, 400])
  // 1800 are left: a fourth of the rest each, and no less than the smallest
  assert.deepEqual(parts.slice(7), [400, 350, 263, 197, 148, 111, 100, 100, 100, 31])
})

test('PartCutter: the end of the newest of several files → not the end of all: its parts stay large', () => {
  const parts = bytesOf(cutAll(new PartCutter(filesOf(3000, 4000), SIZES), true))
  assert.deepEqual(parts.slice(0, 9), [100, 200, 300, 400, 400, 400, 400, 400, 400])
})

test('PartCutter: any files, growth at any time → every byte of every file once, in order, in sizes within bounds', () => {
  const seed = Number(process.env['LTX_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const random = new SeededRandom(seed)
  for (let round = 0; round < 200; round++) {
    const files = filesOf(...Array.from({ length: random.below(6) }, () => random.below(3000)))
    const cutter = new PartCutter(files, SIZES)
    const ends = new Map(files.map((file) => [file, 0]))
    let index = 0
    for (let part = cutter.next(); part !== null; part = cutter.next()) {
      const { file, start, end } = part
      assert.equal(start, ends.get(file), `seed ${seed}: no gap, no overlap`)
      assert.ok(files.indexOf(file) >= index, `seed ${seed}: in order`)
      assert.ok(end - start <= cutter.partBytes && end - start <= SIZES.bytesMax, `seed ${seed}: not larger`)
      assert.ok(end - start >= SIZES.bytesMin || end === file.size, `seed ${seed}: not smaller`)
      index = files.indexOf(file)
      ends.set(file, end)
      if (random.below(3) === 0) cutter.grow()
    }
    for (const file of files) assert.equal(ends.get(file), file.size, `seed ${seed}: to the end`)
  }
})
