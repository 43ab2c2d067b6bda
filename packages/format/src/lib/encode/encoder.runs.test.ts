import assert from 'node:assert/strict'
import { test } from 'vitest'
import { kernelsWithoutRuns, kernelsWithRuns } from '../../../test/kernels-with-runs.ts'
import { createHeader, type Header } from '../file/header.ts'
import { toTxid } from '../ids/txid.ts'
import { decodeFileSpec } from '../testing/file-spec.ts'
import { patternedPage } from '../testing/patterned-page.ts'
import { FileEncoder } from './encoder.ts'

// Many pages in one call: the same file as one page after the other makes.

function header(minTXID: bigint, commit: number, fields: Partial<Header> = {}): Header {
  const ids = { minTXID: toTxid(minTXID), maxTXID: toTxid(9n), timestampMs: 0 }
  return createHeader({ pageSize: 512, commit, ...ids, ...fields })
}

const page = (pageNumber: number): Uint8Array => patternedPage(512, pageNumber)

/** Pages `first` to `last`, one after the other. */
function pagesInARow(first: number, last: number): Uint8Array {
  const pages = Array.from({ length: last - first + 1 }, (_, index) => page(first + index))
  return Uint8Array.from(pages.flatMap((bytes) => [...bytes]))
}

for (const [kind, make] of Object.entries({
  'with runs': kernelsWithRuns,
  'page by page': kernelsWithoutRuns,
})) {
  test(`FileEncoder: consecutive pages at once, ${kind} → the file of one at a time`, async () => {
    const single = new FileEncoder(header(1n, 700))
    for (let pageNumber = 1; pageNumber <= 700; pageNumber++) single.writePage(pageNumber, page(pageNumber))
    const runs = new FileEncoder(header(1n, 700), { kernels: make() })
    await runs.writePages(1, pagesInARow(1, 600))
    await runs.writePages(601, new Uint8Array(0))
    runs.writePage(601, page(601))
    await runs.writePages(602, pagesInARow(602, 602))
    await runs.writePages(603, pagesInARow(603, 700))
    assert.deepEqual(runs.finish(), single.finish())
    assert.equal(runs.bytesWritten, single.bytesWritten)
    assert.deepEqual(runs.take(), single.take())
  })

  test(`FileEncoder: consecutive pages that may not follow, ${kind} → RangeError, and none was added`, async () => {
    const encoder = new FileEncoder(header(1n, 4), { kernels: make() })
    await encoder.writePages(1, pagesInARow(1, 2))
    const before = encoder.bytesWritten
    for (const [first, last] of [
      [2, 3],
      [4, 4],
      [3, 5],
    ] as const)
      await assert.rejects(encoder.writePages(first, pagesInARow(first, last)), RangeError)
    await assert.rejects(encoder.writePages(3, new Uint8Array(700)), RangeError)
    await assert.rejects(encoder.writePages(3.5, pagesInARow(3, 4)), RangeError)
    assert.equal(encoder.bytesWritten, before)
    await encoder.writePages(3, pagesInARow(3, 4))
    encoder.finish()
    await assert.rejects(encoder.writePages(5, pagesInARow(5, 5)), TypeError)
  })

  test(`FileEncoder: pages out of a buffer, ${kind} → the file of one at a time`, () => {
    for (const [minTXID, fields] of [
      [1n, { noChecksum: false }],
      [2n, {}],
    ] as const) {
      const numbers = Uint32Array.from({ length: 700 }, (_, index) => (minTXID === 1n ? 1 : 3) * index + 1)
      const single = new FileEncoder(
        header(minTXID, 2100, { ...fields, commit: minTXID === 1n ? 700 : 2100 }),
      )
      for (const pageNumber of numbers) single.writePage(pageNumber, page(pageNumber))
      const source = new Uint8Array(9 + 700 * 520)
      const offsets = numbers.map((_, index) => 9 + 520 * (699 - index))
      for (const [index, pageNumber] of numbers.entries()) source.set(page(pageNumber), offsets[index])
      const scattered = new FileEncoder(
        header(minTXID, 2100, { ...fields, commit: minTXID === 1n ? 700 : 2100 }),
        { kernels: make() },
      )
      scattered.writeScattered(numbers.subarray(0, 500), source, offsets.subarray(0, 500))
      scattered.writeScattered(numbers.subarray(500, 500), source, offsets.subarray(500, 500))
      scattered.writeScattered(numbers.subarray(500), source, offsets.subarray(500))
      assert.deepEqual(scattered.finish(), single.finish())
      assert.deepEqual(scattered.take(), single.take())
    }
  })

  test(`FileEncoder: pages out of a buffer that may not follow or are not in it, ${kind} → RangeError, and none was added`, () => {
    const encoder = new FileEncoder(header(2n, 9), { kernels: make() })
    encoder.writePage(3, page(3))
    const before = encoder.bytesWritten
    const source = pagesInARow(1, 3)
    for (const [numbers, offsets] of [
      [
        [3, 4],
        [0, 512],
      ],
      [
        [5, 4],
        [0, 512],
      ],
      [
        [4, 4],
        [0, 512],
      ],
      [
        [4, 10],
        [0, 512],
      ],
      [
        [4, 5],
        [0, 1025],
      ],
      [[4, 5], [0]],
    ] as const)
      assert.throws(
        () => encoder.writeScattered(Uint32Array.from(numbers), source, Uint32Array.from(offsets)),
        RangeError,
      )
    assert.equal(encoder.bytesWritten, before)
    encoder.writeScattered(Uint32Array.of(4, 9), source, Uint32Array.of(512, 0))
    encoder.finish()
    assert.throws(() => encoder.writeScattered(new Uint32Array(0), source, new Uint32Array(0)), TypeError)
  })
}

test('FileEncoder: another call while pages are compressed → TypeError, and the file is right', async () => {
  const encoder = new FileEncoder(header(1n, 9), { kernels: kernelsWithRuns() })
  encoder.writePage(1, page(1))
  const lent = encoder.lend()
  const first = lent.slice()
  const compressing = encoder.writePages(2, pagesInARow(2, 8))
  assert.throws(() => encoder.writePage(9, page(9)), TypeError)
  assert.throws(() => encoder.take(), TypeError)
  assert.throws(() => encoder.lend(), TypeError)
  assert.throws(() => encoder.finish(), TypeError)
  await assert.rejects(encoder.writePages(9, page(9)), TypeError)
  await compressing
  assert.deepEqual(lent, first) // what was lent before is as it was
  encoder.writePage(9, page(9))
  encoder.finish()
  assert.equal(decodeFileSpec(Uint8Array.of(...first, ...encoder.take())).pages.length, 9)
})
