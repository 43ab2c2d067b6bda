import assert from 'node:assert/strict'
import { encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { ArraySources } from '../../test/array-source.ts'
import { REPLAY, SEED, seededBelow } from '../../test/random-history.ts'
import { MergeInput } from './merge-input.ts'
import { PageQueue } from './page-queue.ts'
import { SourceReader } from './source-reader.ts'

test('PageQueue: any inputs → all pages by number, the newest input first', async () => {
  const below = seededBelow(SEED)
  for (let round = 0; round < 60; round++) {
    const queue = new PageQueue()
    const expected: [number, number][] = []
    for (let index = 0; index < round; index++) {
      const numbers = Array.from({ length: 30 }, (_, i) => i + 1).filter(() => below(4) === 0)
      const pages = numbers.map((pageNumber) => ({ pageNumber }))
      const file = encodeFileSpec({ pageSize: 512, commit: 30, minTXID: 2n, maxTXID: 2n, pages })
      const reader = new SourceReader(new ArraySources().of(file).open(), undefined)
      const input = new MergeInput(index, '', reader, {})
      await input.readHeader() // oxlint-disable-line no-await-in-loop
      if (input.tryAdvance()) queue.add(input)
      for (const number of numbers) expected.push([number, index])
    }
    const seen: [number, number][] = []
    for (let input = queue.first(); input !== undefined; input = queue.first()) {
      seen.push([input.page!.pageNumber, input.index])
      input.tryAdvance()
      queue.moveFirst()
    }
    assert.deepEqual(
      seen,
      expected.toSorted((a, b) => a[0] - b[0] || b[1] - a[1]),
      REPLAY,
    )
  }
})

test('PageQueue: empty → no first, and nothing to move', () => {
  const queue = new PageQueue()
  queue.moveFirst()
  assert.equal(queue.first(), undefined)
})
