import assert from 'node:assert/strict'
import type { WriteOptions } from '@ltx/env'
import { test } from 'vitest'
import { BlockWriter } from './block-writer.ts'

const MIB = 1024 * 1024

interface Write {
  readonly position: number
  readonly bytes: number
  readonly uncached: boolean
}

/** Takes the bytes a moment later, when a buffer that is used again too early would show. */
class SlowFile {
  readonly writes: Write[] = []
  readonly content: Uint8Array
  failAt = Number.POSITIVE_INFINITY
  #end = 0

  constructor(bytes: number) {
    this.content = new Uint8Array(bytes)
  }

  async write(bytes: Uint8Array, { uncached = false }: WriteOptions = {}): Promise<void> {
    const position = this.#end
    this.#end += bytes.length
    this.writes.push({ position, bytes: bytes.length, uncached })
    await new Promise((resolve) => setImmediate(resolve))
    if (position >= this.failAt) throw new Error('disk gone')
    this.content.set(bytes, position)
  }
}

async function written(total: number, chunkBytes: number, file = new SlowFile(total)): Promise<SlowFile> {
  const writer = new BlockWriter(file)
  const chunk = new Uint8Array(chunkBytes)
  for (let at = 0; at < total; at += chunkBytes) {
    const length = Math.min(chunkBytes, total - at)
    for (let i = 0; i < length; i++) chunk[i] = ((at + i) * 31) >> 8
    await writer.write(chunk.subarray(0, length))
    chunk.fill(0xee) // it was borrowed
  }
  await writer.end()
  return file
}

for (const [total, chunkBytes] of [
  [0, 1],
  [5000, 700],
  [4 * MIB, MIB],
  [4 * MIB + 1, MIB],
  [7 * MIB, 300_000],
  [9 * MIB + 77, MIB + 5],
  [12 * MIB, 12 * MIB],
] as const) {
  test(`BlockWriter: ${total} bytes in chunks of ${chunkBytes} → the same bytes, in order`, async () => {
    const { content, writes } = await written(total, chunkBytes)
    assert.ok(content.every((byte, at) => byte === (((at * 31) >> 8) & 255)))
    for (const { position, bytes, uncached } of writes.filter((write) => write.uncached).slice(1, -1))
      assert.deepEqual([position % MIB, bytes, uncached], [0, MIB, true])
  })
}

test('BlockWriter: a file of 4 MiB → cached as ever; what is more → not', async () => {
  assert.ok((await written(4 * MIB, 100_000)).writes.every(({ uncached }) => !uncached))
  const { writes } = await written(20 * MIB, 100_000)
  const uncached = writes.filter((write) => write.uncached).reduce((sum, { bytes }) => sum + bytes, 0)
  assert.ok(uncached >= 16 * MIB && uncached < 17 * MIB)
})

test('BlockWriter: a write that is under way fails → told by the next call', async () => {
  const file = new SlowFile(20 * MIB)
  file.failAt = 6 * MIB
  await assert.rejects(written(20 * MIB, MIB, file), /disk gone/)
  assert.ok(file.writes.length < 12)
  const late = new SlowFile(20 * MIB)
  late.failAt = 19 * MIB
  await assert.rejects(written(20 * MIB, MIB, late), /disk gone/)
})
