import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createHeader, toTxid } from '@ltx/format'
import { decodeFileSpec, encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { PageOverlay } from '../follow/page-overlay.ts'
import { LtxFileWriter } from './ltx-file-writer.ts'
import { writeOverlaid } from './write-overlaid.ts'

const page = (fill: number): Uint8Array => new Uint8Array(512).fill(fill)
const txid = toTxid(3n)
const common = { pageSize: 512, minTXID: txid, maxTXID: txid, timestampMs: 9 }

/** Page → first byte of what becomes of a file with pages `scanned` and an overlay with 100 + page in `overlaid`. */
async function written(
  scanned: readonly number[],
  overlaid: readonly number[],
  commit: number,
): Promise<{ readonly pages: [number, number | undefined][]; readonly pauses: number }> {
  using world = new World()
  const path = `${world.directory}/scanned`
  const pages = scanned.map((pageNumber) => ({ pageNumber, data: page(pageNumber) }))
  writeFileSync(path, encodeFileSpec({ ...createHeader({ ...common, commit: 99 }), pages }))
  using overlay = new PageOverlay(world.files, `${world.directory}/overlay`, 512)
  for (const number of overlaid) overlay.write(number, page(100 + number))
  const owner = { mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  using writer = new LtxFileWriter(world.env, world.directory, createHeader({ ...common, commit }), owner)
  let pauses = 0
  await writeOverlaid(world.files, path, overlay, writer, () => Promise.resolve(void pauses++))
  writer.publish()
  const file = decodeFileSpec(readFileSync(`${world.directory}/${writer.name}`))
  return { pages: file.pages.map(({ pageNumber, data }) => [pageNumber, data?.[0]]), pauses }
}

test('writeOverlaid: pages on both sides, before, between and after → the newer of each', async () => {
  const { pages } = await written([2, 3, 5, 9], [1, 3, 4, 9, 10], 20)
  assert.deepEqual(pages, [
    [1, 101],
    [2, 2],
    [3, 103],
    [4, 104],
    [5, 5],
    [9, 109],
    [10, 110],
  ])
})

test('writeOverlaid: the database became smaller → nothing past its size, from neither side', async () => {
  const { pages } = await written([2, 5, 9], [3, 8], 5)
  assert.deepEqual(pages, [
    [2, 2],
    [3, 103],
    [5, 5],
  ])
})

test('writeOverlaid: nothing was scanned, or nothing overlaid → the other', async () => {
  assert.deepEqual((await written([], [4], 5)).pages, [[4, 104]])
  assert.deepEqual((await written([4], [], 5)).pages, [[4, 4]])
})
