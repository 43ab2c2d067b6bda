import assert from 'node:assert/strict'
import { decodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { ArraySources, collected } from '../../test/array-source.ts'
import { randomHistory, REPLAY, SEED, seededBelow, type HistoryShape } from '../../test/random-history.ts'
import { mergeFiles } from './merge-files.ts'

async function assertMergesRight(shape: HistoryShape, seed: number): Promise<void> {
  const below = seededBelow(seed)
  const history = randomHistory(shape, below)
  const sources = new ArraySources(1 + below(3000))
  const { bytes } = await collected(mergeFiles(history.files.map((file) => sources.of(file))))
  const { pages, commit, minTXID, maxTXID, timestampMs } = decodeFileSpec(bytes)
  const said = `${JSON.stringify(shape)}, ${REPLAY}`
  const expected = [...history.pages].toSorted(([a], [b]) => a - b)
  const found = pages.map(({ pageNumber, data }) => [pageNumber, data])
  assert.deepEqual(found, expected, said)
  const { commit: lastCommit, minTXID: first, maxTXID: last, timestampMs: time } = history
  assert.deepEqual(
    { commit, minTXID, maxTXID, timestampMs },
    { commit: lastCommit, minTXID: first, maxTXID: last, timestampMs: time },
    said,
  )
  assert.equal(sources.open, 0)
}

test('mergeFiles: 300 short random histories → what applying them one by one gives', async () => {
  for (let round = 0; round < 300; round++) {
    const startsWithImage = round % 2 === 0
    const shape = { files: 1 + (round % 12), pageSize: 512, startsWithImage, commitMax: 12 }
    await assertMergesRight(shape, SEED + round) // oxlint-disable-line no-await-in-loop
  }
})

test('mergeFiles: random histories of more files than are opened at once → the same', async () => {
  for (const files of [64, 65, 66, 128, 129, 400]) {
    for (const startsWithImage of [true, false]) {
      const shape = { files, pageSize: 512, startsWithImage, commitMax: 5 }
      await assertMergesRight(shape, SEED + files) // oxlint-disable-line no-await-in-loop
    }
  }
})

test('mergeFiles: merged in two steps or in one → the same pages', async () => {
  for (let round = 0; round < 40; round++) {
    const below = seededBelow(SEED + round)
    const shape = { files: 9, pageSize: 1024, startsWithImage: true, commitMax: 20 }
    const { files } = randomHistory(shape, below)
    const sources = new ArraySources()
    const merge = async (parts: readonly Uint8Array[]): Promise<Uint8Array> =>
      (await collected(mergeFiles(parts.map((part) => sources.of(part))))).bytes
    const cut = 1 + below(8)
    // oxlint-disable-next-line no-await-in-loop
    const steps = await merge([await merge(files.slice(0, cut)), ...files.slice(cut)])
    assert.deepEqual(steps, await merge(files), REPLAY) // oxlint-disable-line no-await-in-loop
  }
})
