import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readPlainly } from '../../test/plain-reader.ts'
import { readInChunks } from '../../test/read-in-chunks.ts'
import { truncated, withBitFlipped } from './break-bytes.ts'
import { buildWal } from './build-wal.ts'

const NO_LIVE_HEADER: ReadonlySet<string> = new Set(['no-header', 'WAL_BAD_MAGIC'])

for (const littleEndian of [true, false]) {
  const order = littleEndian ? 'little' : 'big'
  const wal = buildWal({
    pageSize: 512,
    littleEndian,
    transactions: [
      { pages: [{ pageNumber: 1 }, { pageNumber: 2 }], commit: 2 },
      { pages: [{ pageNumber: 3, data: new Uint8Array(512) }], commit: 3 },
    ],
  })
  const good = readPlainly(wal)

  test(`WAL, ${order}-endian: every truncation → the whole frames before it`, () => {
    for (let length = 0; length < wal.length; length++) {
      const found = readInChunks(truncated(wal, length), [length])
      assert.deepEqual(found, readPlainly(truncated(wal, length)))
      assert.deepEqual(found.frames, good.frames.slice(0, Math.max(0, Math.floor((length - 32) / 536))))
    }
  })

  test(`WAL, ${order}-endian: every bit flipped → nothing of the frame it is in, and all before it`, () => {
    for (let bit = 0; bit < wal.length * 8; bit++) {
      const found = readInChunks(withBitFlipped(wal, bit), [wal.length])
      const offset = Math.floor(bit / 8)
      if (offset < 32) {
        assert.ok(NO_LIVE_HEADER.has(found.stop.reason), `bit ${bit}: ${found.stop.reason}`)
        assert.equal(found.frames.length, 0)
      } else {
        assert.equal(found.frames.length, Math.floor((offset - 32) / 536), `bit ${bit}`)
      }
    }
  })

  test(`WAL, ${order}-endian: a bit flipped in every header byte, in chunks → as the plain reader`, () => {
    for (let offset = 0; offset < wal.length; offset++) {
      const inHeader = offset < 32 || (offset - 32) % 536 < 24
      if (!inHeader) continue
      for (let bit = offset * 8; bit < offset * 8 + 8; bit++) {
        const bytes = withBitFlipped(wal, bit)
        assert.deepEqual(readInChunks(bytes, [100, 700]), readPlainly(bytes))
      }
    }
  })
}
