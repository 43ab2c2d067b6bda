import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { DatabaseFiles } from './database-files.ts'
import { observeImage } from './copy-difference.ts'
import { readWalHeader } from './observe-wal.ts'
import { overlayTarget } from './overlay-target.ts'
import { PageOverlay } from './page-overlay.ts'
import { Pin } from './pin.ts'
import { readFrames } from './read-frames.ts'

test('overlayTarget: a run → the newest image of each of its pages, as the database has it; one that moved does not count', () => {
  using world = new World()
  for (let turn = 0; turn < 5; turn++) world.insert(20, 900)
  using pin = Pin.open(world.driver, world.path)
  using files = new DatabaseFiles(world.files, world.path, world.kept)
  files.open()
  pin.begin()
  const header = readWalHeader(files)
  const published = observeImage(pin, files)
  assert.ok(header !== null && typeof published === 'object')
  const frames = (world.walBytes() - 32) / (24 + world.pageSize)
  const run = readFrames(files, header, { offset: 32, seed: header.checksum, frames }, 0)
  assert.ok(run !== null)
  using overlay = new PageOverlay(world.files, `${world.directory}/overlay`, world.pageSize)
  const owner = { mode: 0o600, uid: 0, gid: 0 }
  const job = { header, run, txid: toTxid(2n), timestampMs: 5, commitBefore: 0, owner }
  const target = overlayTarget(files, overlay)
  assert.equal(
    target.copy(job, () => false),
    null,
  )
  assert.equal(target.copy(job, () => true)?.pages, run.commit)
  const image = world.image()
  const found = new Uint8Array(world.pageSize)
  for (let page = 1; page <= run.commit; page++) {
    overlay.read(page, found)
    assert.deepEqual(
      found,
      new Uint8Array(image.subarray((page - 1) * world.pageSize, page * world.pageSize)),
    )
  }
})
