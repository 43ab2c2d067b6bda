import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { toTxid } from '@ltx/format'
import { decodeFileSpec } from '@ltx/format/testing'
import { sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import type { Baseline } from '../page-table/baseline.ts'
import { DifferenceWriter } from './difference-writer.ts'
import type { Position } from './position.ts'

const wal = { salt1: 5, salt2: 6, offset: 32 + 536 * 3, checksum: [1, 2] as const }
const position: Position = { txid: toTxid(4n), pageSize: 512, commit: 4, wal, timestampMs: 7 }
const page = (fill: number): Uint8Array => new Uint8Array(512).fill(fill)

/** A database of pages that hold their number. */
function baselineOf(commit: number, pageSize = 512): Baseline {
  return {
    pageSize,
    commit,
    read(first, target) {
      for (let at = 0; at < target.length; at++)
        target[at] = first + at > commit ? 0n : sharedKernels().pageChecksum(first + at, page(first + at))
    },
    [Symbol.dispose]: () => {},
  }
}

/** What is written of four pages of which some hold another number. */
async function written(
  baseline: Baseline | null,
  changed: readonly number[],
  lastPage: number | null = null,
): Promise<{
  readonly pages: number[]
  readonly isEqual: boolean
  readonly isFull: boolean
  readonly walSize: bigint
}> {
  using world = new World()
  const owner = { mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  using writer = new DifferenceWriter(world.env, {
    directory: world.directory,
    owner,
    position,
    baseline,
    lastPage,
  })
  for (const first of [1, 3]) {
    const bytes = new Uint8Array(1024)
    for (const at of [0, 1]) bytes.set(page(changed.includes(first + at) ? 99 : first + at), at * 512)
    await writer.write(first, bytes)
  }
  const { isEqual, isFull } = writer
  await writer.publish()
  const file = decodeFileSpec(readFileSync(`${world.directory}/${writer.name}`))
  return {
    pages: file.pages.map(({ pageNumber }) => pageNumber),
    isEqual,
    isFull,
    walSize: file.walSize ?? 0n,
  }
}

test('DifferenceWriter: no baseline, or one of another page size → every page', async () => {
  for (const baseline of [null, baselineOf(4, 1024)]) {
    const { pages, isEqual, isFull } = await written(baseline, [])
    assert.deepEqual([pages, isEqual, isFull], [[1, 2, 3, 4], false, true])
  }
})

test('DifferenceWriter: some pages differ → those, and the page of the last frame; it claims the WAL up to the position', async () => {
  const { pages, isEqual, isFull, walSize } = await written(baselineOf(4), [2], 3)
  assert.deepEqual([pages, isEqual, isFull, walSize], [[2, 3], false, false, 536n * 3n])
})

test('DifferenceWriter: nothing differs → equal; of another size → not', async () => {
  assert.equal((await written(baselineOf(4), [])).isEqual, true)
  assert.equal((await written(baselineOf(5), [])).isEqual, false)
  assert.deepEqual((await written(baselineOf(3), [])).pages, [4])
})

/** Twenty pages, of which those from `changed` on differ, against a baseline of `commit`. */
async function isAnother(changed: number, commit: number, pages = 20): Promise<boolean> {
  using world = new World()
  using writer = new DifferenceWriter(world.env, {
    directory: world.directory,
    owner: { mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    position: { ...position, commit: pages },
    baseline: baselineOf(commit),
    lastPage: null,
  })
  for (let first = 1; first <= pages; first += 4) {
    const bytes = new Uint8Array(4 * 512)
    for (let at = 0; at < 4; at++) bytes.set(page(first + at >= changed ? 99 : first + at), at * 512)
    await writer.write(first, bytes)
  }
  return writer.isAnother
}

for (const [situation, changed, commit, pages, expected] of [
  ['nothing is the same', 1, 20, 20, true],
  ['two of twenty are the same', 3, 20, 20, true],
  ['three of twenty are', 4, 20, 20, false],
  ['it has grown to five times its size', 5, 4, 20, false],
  ['it has grown, and nothing is the same', 1, 9, 20, true],
  ['it has shrunk, and nothing is the same', 1, 40, 20, true],
  ['fewer than eight pages, none the same', 1, 7, 20, false],
  ['eight, none the same', 1, 8, 8, true],
] as const) {
  test(`DifferenceWriter, isAnother: ${situation} → ${expected}`, async () => {
    assert.equal(await isAnother(changed, commit, pages), expected)
  })
}
