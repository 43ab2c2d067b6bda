import assert from 'node:assert/strict'
import { FileDecoder } from '@ltx/format'
import { encodeFileSpec, truncated, withBitFlipped } from '@ltx/format/testing'
import { test } from 'vitest'
import { ArraySources } from '../../test/array-source.ts'
import { randomHistory, REPLAY, SEED, seededBelow } from '../../test/random-history.ts'
import { isCompactorError } from './errors.ts'
import { mergeFiles } from './merge-files.ts'

/** What a merge yields before it fails; null when it does not. */
async function yieldedBeforeFailure(files: readonly Uint8Array[]): Promise<Uint8Array | null> {
  const sources = new ArraySources(700)
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of mergeFiles(files.map((file) => sources.of(file)))) chunks.push(chunk)
  } catch (error) {
    if (!isCompactorError(error)) throw error
    assert.equal(sources.open, 0)
    return Buffer.concat(chunks)
  }
  return null
}

function isCompleteFile(bytes: Uint8Array): boolean {
  const decoder = new FileDecoder()
  try {
    decoder.push(bytes)
    decoder.finishInput()
    while (decoder.pull() !== null);
    return true
  } catch {
    return false
  }
}

const below = seededBelow(SEED)
const shape = { files: 3, pageSize: 512, startsWithImage: true, commitMax: 6 }
const { files } = randomHistory(shape, below)

for (const broken of files.keys()) {
  const whole = files[broken]!
  const withInput = (bytes: Uint8Array): Uint8Array[] => files.with(broken, bytes)

  test(`mergeFiles: input ${broken + 1} of 3 cut at any place → fails, and what came is no whole file`, async () => {
    for (let end = 0; end < whole.length; end += 1 + below(40)) {
      const yielded = await yieldedBeforeFailure(withInput(truncated(whole, end))) // oxlint-disable-line no-await-in-loop
      assert.ok(yielded !== null && !isCompleteFile(yielded), `cut at ${end}, ${REPLAY}`)
    }
  })

  test(`mergeFiles: a byte after the end of input ${broken + 1} → fails`, async () => {
    const yielded = await yieldedBeforeFailure(withInput(Uint8Array.of(...whole, 0)))
    assert.ok(yielded !== null && !isCompleteFile(yielded), REPLAY)
  })

  test(`mergeFiles: any bit of input ${broken + 1} flipped → fails, or changes no page`, async () => {
    const right = await mergedPages(files)
    for (let bit = 0; bit < whole.length * 8; bit += 1 + below(60)) {
      const flipped = withInput(withBitFlipped(whole, bit >> 3, bit & 7))
      const yielded = await yieldedBeforeFailure(flipped) // oxlint-disable-line no-await-in-loop
      if (yielded === null) assert.deepEqual(await mergedPages(flipped), right, `bit ${bit}, ${REPLAY}`) // oxlint-disable-line no-await-in-loop
      else assert.ok(!isCompleteFile(yielded), `bit ${bit}, ${REPLAY}`)
    }
  })
}

/** Pages of a merge that succeeds. */
async function mergedPages(inputs: readonly Uint8Array[]): Promise<Map<number, Uint8Array>> {
  const sources = new ArraySources()
  const decoder = new FileDecoder()
  const pages = new Map<number, Uint8Array>()
  for await (const chunk of mergeFiles(inputs.map((file) => sources.of(file)))) {
    decoder.push(chunk)
    for (let event = decoder.pull(); event !== null; event = decoder.pull()) {
      if (event.kind === 'page') pages.set(event.pageNumber, event.data.slice())
    }
  }
  return pages
}

test('mergeFiles: the fault is in a page that the result leaves out → fails all the same', async () => {
  const spec = { pageSize: 512, pages: [{ pageNumber: 1 }, { pageNumber: 9 }] }
  const older = encodeFileSpec({ ...spec, commit: 9, minTXID: 2n, maxTXID: 2n })
  const newer = encodeFileSpec({ ...spec, commit: 1, minTXID: 3n, maxTXID: 3n, pages: [{ pageNumber: 1 }] })
  assert.equal(await yieldedBeforeFailure([older, newer]), null)
  const flipped = withBitFlipped(older, older.length - 1, 0)
  assert.notEqual(await yieldedBeforeFailure([flipped, newer]), null)
})
