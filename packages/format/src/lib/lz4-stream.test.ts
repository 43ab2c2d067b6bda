import assert from 'node:assert/strict'
import { createKernels, lz4Bound } from '@ltx/kernels'
import { test } from 'vitest'
import { isFormatError, type FormatErrorCode } from './errors.ts'
import { decodeLz4Stream } from './lz4-stream.ts'
import { xxHash32 } from './xx-hash-32.ts'

const BLOCK_BYTES = 64 * 1024
const kernels = createKernels()

/** Three blocks of 64 KiB and one of 1000 bytes, half of it compressible. */
const content = Uint8Array.from({ length: 3 * BLOCK_BYTES + 1000 }, (_, index) =>
  index % 512 < 256 ? (index >> 9) & 255 : (Math.imul(index, 0x9e37_79b1) >>> 13) & 255,
)

interface FrameOptions {
  readonly flags: number
  readonly stored?: boolean
  readonly contentBytes?: bigint
}

function frameOf({ flags, stored = false, contentBytes = BigInt(content.length) }: FrameOptions): Uint8Array {
  const described = [flags, 0x40]
  if ((flags & 0x08) !== 0) described.push(...word(Number(contentBytes)), 0, 0, 0, 0)
  const parts = [[0x04, 0x22, 0x4d, 0x18, ...described, (xxHash32(Uint8Array.from(described)) >>> 8) & 0xff]]
  for (let at = 0; at < content.length; at += BLOCK_BYTES) {
    const part = content.subarray(at, at + BLOCK_BYTES)
    const block = stored ? part : compressed(part)
    parts.push(word((block.length | (stored ? 0x8000_0000 : 0)) >>> 0), [...block])
    if ((flags & 0x10) !== 0) parts.push(word(xxHash32(block)))
  }
  parts.push([0, 0, 0, 0])
  if ((flags & 0x04) !== 0) parts.push(word(xxHash32(content)))
  return Uint8Array.from(parts.flat())
}

function compressed(part: Uint8Array): Uint8Array {
  const target = new Uint8Array(lz4Bound(part.length))
  return target.slice(0, kernels.compressBlock(part, target))
}

function word(value: number): number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]
}

async function decode(frame: Uint8Array, chunkBytes: number = frame.length): Promise<Uint8Array> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const borrowed = new Uint8Array(chunkBytes)
    for (let at = 0; at < frame.length; at += chunkBytes) {
      const part = frame.subarray(at, at + chunkBytes)
      borrowed.fill(0xee).set(part) // whoever kept the chunk before is noticed
      yield borrowed.subarray(0, part.length)
    }
  }
  const parts: Buffer[] = []
  for await (const part of decodeLz4Stream(chunks())) parts.push(Buffer.from(part))
  return new Uint8Array(Buffer.concat(parts))
}

const kinds: readonly [situation: string, FrameOptions][] = [
  ['as Litestream 0.3 wrote it (independent blocks, content checksum)', { flags: 0x64 }],
  ['no checksums', { flags: 0x60 }],
  ['block checksums and content size', { flags: 0x7c }],
  ['stored blocks', { flags: 0x64, stored: true }],
  ['linked blocks that use no history', { flags: 0x44 }],
]

for (const [situation, options] of kinds) {
  test(`lz4 stream: ${situation}, chunks of any size → the content`, async () => {
    const frame = frameOf(options)
    for (const chunkBytes of [frame.length, 100_000, 65_536, 4096, 997]) {
      assert.deepEqual(await decode(frame, chunkBytes), content, `chunks of ${chunkBytes}`)
    }
  })
}

test('lz4 stream: linked blocks that reach into the one before → the content', async () => {
  // a block of 20 letters, and one that copies the 20 before it and ends with five literals
  const first = Uint8Array.from([0xf0, 5, ...Buffer.from('abcdefghijklmnopqrst')])
  const second = Uint8Array.from([0x0f, 20, 0, 1, 0x50, ...Buffer.from('UVWXY')])
  const head = [0x40, 0x40]
  const frame = Uint8Array.from([
    0x04,
    0x22,
    0x4d,
    0x18,
    ...head,
    (xxHash32(Uint8Array.from(head)) >>> 8) & 0xff,
    ...word(first.length),
    ...first,
    ...word(second.length),
    ...second,
    ...word(0),
  ])
  assert.equal(
    Buffer.from(await decode(frame, 3)).toString(),
    'abcdefghijklmnopqrstabcdefghijklmnopqrstUVWXY',
  )
})

const bad: readonly [situation: string, breakIt: (frame: Uint8Array) => Uint8Array, FormatErrorCode][] = [
  ['no bytes at all', (frame) => frame.subarray(0, 0), 'LTX_TRUNCATED'],
  ['another magic', (frame) => frame.with(0, 0x05), 'LTX_BAD_FIELD'],
  ['a dictionary', (frame) => frame.with(4, 0x65), 'LTX_BAD_FIELD'],
  ['a wrong header checksum', (frame) => frame.with(6, (frame[6] ?? 0) ^ 1), 'LTX_CHECKSUM_MISMATCH'],
  [
    'a wrong content checksum',
    (frame) => frame.with(frame.length - 1, (frame.at(-1) ?? 0) ^ 1),
    'LTX_CHECKSUM_MISMATCH',
  ],
  ['a block of 2 GiB', (frame) => frame.with(10, 0x7f), 'LTX_LIMIT_EXCEEDED'],
  ['a byte after the end', (frame) => Uint8Array.of(...frame, 0), 'LTX_BAD_FIELD'],
]

for (const [situation, breakIt, code] of bad) {
  test(`lz4 stream: ${situation} → ${code}`, async () => {
    const frame = breakIt(frameOf({ flags: 0x64 }))
    await assert.rejects(decode(frame, 5000), (error) => isFormatError(error, code))
  })
}

test('lz4 stream: another content size than said → LTX_BAD_FIELD', async () => {
  const frame = frameOf({ flags: 0x68, contentBytes: 5n })
  await assert.rejects(decode(frame), (error) => isFormatError(error, 'LTX_BAD_FIELD'))
})

test('lz4 stream: cut anywhere → LTX_TRUNCATED', async () => {
  const frame = frameOf({ flags: 0x74 })
  for (let length = 0; length < frame.length; length += 1 + (length >> 3)) {
    await assert.rejects(decode(frame.subarray(0, length)), (error) => isFormatError(error, 'LTX_TRUNCATED'))
  }
  await assert.rejects(decode(frame.subarray(0, -1)), (error) => isFormatError(error, 'LTX_TRUNCATED'))
})

test('lz4 stream: any bit changed, with every checksum → an error', async () => {
  const frame = frameOf({ flags: 0x74 })
  for (let bit = 0; bit < frame.length * 8; bit += 1 + (bit >> 5)) {
    const broken = frame.slice()
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    await assert.rejects(decode(broken), (error) => isFormatError(error), `bit ${bit}`)
  }
})
