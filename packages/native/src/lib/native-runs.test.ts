import assert from 'node:assert/strict'
import { test } from 'vitest'
import { loadAddon } from './load-addon.ts'
import { NativeRuns } from './native-runs.ts'

// That its results are those of one page at a time is tested in packages/kernels/test/native-runs.test.ts.

const PAGE_SIZE = 4096
const FRAME_BYTES_MAX = 4096 + 16 + 16 + 10

test('NativeRuns: pages to frames and back, enough for several threads → the same pages and sum', async (context) => {
  const loaded = loadAddon()
  if (loaded.addon === undefined) {
    assert.notEqual(process.env['NATIVE'], '1', loaded.because)
    return context.skip(loaded.because)
  }
  const runs = new NativeRuns(loaded.addon)
  const pages = Uint8Array.from({ length: 200 * PAGE_SIZE }, (_, i) => (i * i) >> 7)
  const frames = new Uint8Array(200 * FRAME_BYTES_MAX)
  const sizes = new Uint32Array(200)
  const made = await runs.encodeFrames(9n, 1, pages, PAGE_SIZE, frames, 0, sizes)
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    made.bytes,
  )
  const back = new Uint8Array(pages.length)
  const read = await runs.decodeFrames(9n, frames.subarray(0, made.bytes), PAGE_SIZE, back)
  assert.deepEqual(read, { frames: 200, bytes: made.bytes, sum: made.sum })
  assert.ok(Buffer.compare(back, pages) === 0)
})
