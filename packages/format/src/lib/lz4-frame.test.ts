import assert from 'node:assert/strict'
import { lz4Bound, sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import type { FormatErrorCode } from './errors.ts'
import { decodeLz4Frame, LZ4_FRAME_BLOCKS_MAX, lz4FrameExtent } from './lz4-frame.ts'
import { patternedPage } from './testing/patterned-page.ts'
import { xxHash32 } from './xx-hash-32.ts'

const PAGE_BYTES = 4096
const page = patternedPage(PAGE_BYTES, 5)

interface FrameOptions {
  readonly flags?: number
  readonly blockMaximum?: number
  readonly contentBytes?: bigint
  readonly blockBytes?: number
  readonly isStored?: boolean
}

/** Writes a frame of independent blocks, with the parts that `flags` asks for. */
function frameOf(content: Uint8Array, options: FrameOptions = {}): Uint8Array {
  const { flags = 0x64, blockMaximum = 0x40, blockBytes = content.length, isStored = false } = options
  const described = [flags, blockMaximum]
  if ((flags & 0x08) !== 0) described.push(...word64(options.contentBytes ?? BigInt(content.length)))
  const out = [0x04, 0x22, 0x4d, 0x18, ...described, (xxHash32(Uint8Array.from(described)) >>> 8) & 0xff]
  for (let at = 0; at < content.length; at += blockBytes) {
    const part = content.subarray(at, at + blockBytes)
    const block = isStored ? part : compressed(part)
    out.push(...word32((block.length | (isStored ? 0x8000_0000 : 0)) >>> 0), ...block)
    if ((flags & 0x10) !== 0) out.push(...word32(xxHash32(block)))
  }
  out.push(0, 0, 0, 0)
  if ((flags & 0x04) !== 0) out.push(...word32(xxHash32(content)))
  return Uint8Array.from(out)
}

/** A literal-only block, so that these tests do not need a compressor. */
function compressed(part: Uint8Array): Uint8Array {
  const token = part.length < 15 ? [part.length << 4] : [0xf0]
  for (let rest = part.length - 15; rest >= 0; rest -= 255) token.push(Math.min(rest, 255))
  return Uint8Array.of(...token, ...part)
}

function word32(value: number): number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]
}

function word64(value: bigint): number[] {
  return [...word32(Number(value & 0xffff_ffffn)), ...word32(Number(value >> 32n))]
}

function decode(frame: Uint8Array): Uint8Array {
  const extent = lz4FrameExtent(frame, PAGE_BYTES, 0)
  assert.deepEqual(extent, { bytes: frame.length, isWhole: true })
  const target = new Uint8Array(PAGE_BYTES)
  decodeLz4Frame(sharedKernels(), frame, target, 0)
  return target
}

const kinds: readonly [situation: string, FrameOptions][] = [
  ['as Litestream wrote it', {}],
  ['without any checksum', { flags: 0x60 }],
  ['with block checksums', { flags: 0x70 }],
  ['with its content size', { flags: 0x68 }],
  ['with everything, in blocks', { flags: 0x7c, blockBytes: 1000 }],
  ['in as many blocks as allowed', { blockBytes: PAGE_BYTES / LZ4_FRAME_BLOCKS_MAX }],
  ['of stored blocks', { isStored: true, blockBytes: 4000 }],
  ['for blocks of 4 MiB', { blockMaximum: 0x70 }],
  ['of linked blocks without a match back', { flags: 0x44, blockBytes: 1000 }],
]

for (const [situation, options] of kinds) {
  test(`decodeLz4Frame: ${situation} → the page`, () =>
    assert.deepEqual(decode(frameOf(page, options)), page))

  test(`lz4FrameExtent: ${situation}, cut anywhere → asks for more, never for more than there is`, () => {
    const frame = frameOf(page, options)
    for (let bytes = 7; bytes < frame.length; bytes++) {
      const extent = lz4FrameExtent(frame.subarray(0, bytes), PAGE_BYTES, 0)
      assert(!extent.isWhole)
      assert(extent.bytes > bytes && extent.bytes <= frame.length)
    }
  })
}

test('decodeLz4Frame: linked blocks with a match into the block before → the page', () => {
  const first = compressed(page.subarray(0, 4000))
  const second = Uint8Array.of(0x0f, 4000 & 255, 4000 >> 8, 96 - 19 - 5, 0x50, 1, 2, 3, 4, 5)
  const content = Uint8Array.of(...page.subarray(0, 4000), ...page.subarray(0, 91), 1, 2, 3, 4, 5)
  const head = frameOf(new Uint8Array(0), { flags: 0x44 }).subarray(0, 7)
  const blocks = [first, second].flatMap((block) => [...word32(block.length), ...block])
  assert.deepEqual(
    decode(Uint8Array.of(...head, ...blocks, 0, 0, 0, 0, ...word32(xxHash32(content)))),
    content,
  )
})

const longPage = new Uint8Array(PAGE_BYTES + 1)
const refused: readonly [situation: string, Uint8Array, FormatErrorCode][] = [
  ['another magic', changed(0, 0x05), 'LTX_BAD_FIELD'],
  ['version 2', frameOf(page, { flags: 0xa4 }), 'LTX_BAD_FIELD'],
  ['a dictionary', frameOf(page, { flags: 0x65 }), 'LTX_BAD_FIELD'],
  ['a reserved flag', frameOf(page, { flags: 0x66 }), 'LTX_BAD_FIELD'],
  ['a reserved block size', frameOf(page, { blockMaximum: 0x30 }), 'LTX_BAD_FIELD'],
  ['a wrong header checksum', changed(6, 0), 'LTX_CHECKSUM_MISMATCH'],
  ['a wrong content checksum', changed(-1, 0), 'LTX_CHECKSUM_MISMATCH'],
  ['a wrong block checksum', changed(-9, 0, { flags: 0x74 }), 'LTX_CHECKSUM_MISMATCH'],
  ['another content size', frameOf(page, { flags: 0x6c, contentBytes: 4095n }), 'LTX_BAD_FIELD'],
  ['a content size of 2^64-1', frameOf(page, { flags: 0x6c, contentBytes: 2n ** 64n - 1n }), 'LTX_BAD_FIELD'],
  ['a byte less than a page', frameOf(page.subarray(1)), 'LTX_BAD_FIELD'],
  ['a byte more than a page', frameOf(longPage), 'LTX_BAD_FIELD'],
  ['a stored byte more than a page', frameOf(longPage, { isStored: true }), 'LTX_BAD_FIELD'],
  ['nothing', frameOf(new Uint8Array(0)), 'LTX_BAD_FIELD'],
  ['too many blocks', frameOf(page, { blockBytes: 255 }), 'LTX_LIMIT_EXCEEDED'],
  [
    'a block that no page needs',
    frameOf(new Uint8Array(lz4Bound(PAGE_BYTES) + 1), { isStored: true }),
    'LTX_LIMIT_EXCEEDED',
  ],
]

for (const [situation, frame, code] of refused) {
  test(`decodeLz4Frame: ${situation} → ${code}`, () => {
    assert.throws(() => decode(frame), { name: 'FormatError', code })
  })
}

function changed(at: number, value: number, options: FrameOptions = {}): Uint8Array {
  const frame = frameOf(page, options)
  const index = at < 0 ? frame.length + at : at
  assert.notEqual(frame[index], value)
  frame[index] = value
  return frame
}
