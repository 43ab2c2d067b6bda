import assert from 'node:assert/strict'
import { decodeFileSpec, encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { ArraySources, collected } from '../../test/array-source.ts'
import { SEED, REPLAY, seededBelow } from '../../test/random-history.ts'
import { mergeFiles } from './merge-files.ts'
import { LARGE_INPUTS_MAX, OPEN_INPUTS_MAX, openInputs, SMALL_INPUT_BYTES_MAX } from './open-inputs.ts'
import type { SourceReader } from './source-reader.ts'

test('openInputs: 3000 small inputs → the newest pages, and few are open at once', async () => {
  const sources = new ArraySources(65_536)
  const files = Array.from({ length: 3000 }, (_, i) => {
    const txid = BigInt(i + 5)
    const pages = [{ pageNumber: 1 }, { pageNumber: 2 + (i % 700) }]
    return encodeFileSpec({ pageSize: 512, commit: 800, minTXID: txid, maxTXID: txid, pages })
  })
  const { bytes, result } = await collected(mergeFiles(files.map((file) => sources.of(file))))
  assert.equal(result.pages, 701)
  assert.equal(sources.opened, 3000)
  assert.ok(sources.openMax <= OPEN_INPUTS_MAX, `${sources.openMax} open at once`)
  const { pages, maxTXID } = decodeFileSpec(bytes)
  assert.equal(maxTXID, 3004n)
  const newest = new Map(
    files.flatMap((file) => decodeFileSpec(file).pages.map((page) => [page.pageNumber, page.data])),
  )
  for (const { pageNumber, data } of pages) assert.deepEqual(data, newest.get(pageNumber))
})

test('openInputs: 300 inputs with a broken one → COMPACT_CORRUPT, with its index and name', async () => {
  const sources = new ArraySources()
  const files = Array.from({ length: 300 }, (_, i) => {
    const txid = BigInt(i + 5)
    return encodeFileSpec({
      pageSize: 512,
      commit: 3,
      minTXID: txid,
      maxTXID: txid,
      pages: [{ pageNumber: 2 }],
    })
  })
  files[217] = files[217]!.with(200, files[217]![200]! ^ 4)
  const merging = mergeFiles(files.map((file, i) => sources.of(file, `file-${i}`)))
  await assert.rejects(collected(merging), {
    code: 'COMPACT_CORRUPT',
    inputIndex: 217,
    message: /file-217: /,
  })
  assert.equal(sources.open, 0)
})

test('openInputs: many inputs, every third larger than what is bundled → the newest pages, bounded open', async () => {
  const below = seededBelow(SEED)
  const sources = new ArraySources(65_536)
  const noise = Uint8Array.from({ length: 65_536 }, () => below(256))
  const versions = new Map<number, number>()
  const files = Array.from({ length: 130 }, (_, i) => {
    const numbers = i % 3 === 0 ? [1, 2, 3, 4, 5].map((n) => n + below(20)) : [1 + below(30)]
    const pages = [...new Set(numbers)]
      .toSorted((a, b) => a - b)
      .map((pageNumber) => {
        versions.set(pageNumber, i)
        return { pageNumber, data: noise.with(0, i) }
      })
    const txid = BigInt(i + 5)
    return encodeFileSpec({ pageSize: 65_536, commit: 40, minTXID: txid, maxTXID: txid, pages })
  })
  assert.ok(files.filter((file) => file.length > SMALL_INPUT_BYTES_MAX).length > LARGE_INPUTS_MAX)
  const { bytes } = await collected(mergeFiles(files.map((file) => sources.of(file))))
  const found = decodeFileSpec(bytes).pages.map(({ pageNumber, data }) => [pageNumber, data[0]!])
  assert.deepEqual(
    found,
    [...versions].toSorted(([a], [b]) => a - b),
    REPLAY,
  )
  assert.ok(sources.openMax <= OPEN_INPUTS_MAX + LARGE_INPUTS_MAX, `${sources.openMax} open at once`)
  assert.equal(sources.open, 0)
})

for (const count of [OPEN_INPUTS_MAX, OPEN_INPUTS_MAX + 1]) {
  test(`openInputs: ${count} inputs → ${count > OPEN_INPUTS_MAX ? 'two bundles' : 'as they are'}`, async () => {
    const sources = new ArraySources()
    const files = Array.from({ length: count }, (_, i) => {
      const txid = BigInt(i + 5)
      return encodeFileSpec({ pageSize: 512, commit: 3, minTXID: txid, maxTXID: txid, pages: [] })
    })
    const opened: SourceReader[] = []
    const found = await openInputs(
      files.map((file) => sources.of(file)),
      {},
      opened,
    )
    assert.equal(opened.length, count)
    assert.equal(found.inputs.length, count > OPEN_INPUTS_MAX ? 2 : count)
    assert.deepEqual([found.first.minTXID, found.last.maxTXID], [5n, BigInt(count + 4)])
    await Promise.all(opened.map((reader) => reader.close()))
  })
}
