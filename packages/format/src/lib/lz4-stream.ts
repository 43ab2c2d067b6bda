import { lz4Bound, sharedKernels } from '@ltx/kernels'
import { ByteReader } from './bytes/byte-reader.ts'
import { viewOf } from './bytes/view-of.ts'
import { FormatError } from './errors.ts'
import { joinHistory } from './join-history.ts'
import type { KernelOptions } from './kernel-options.ts'
import {
  headerLength,
  LZ4_FRAME_HEADER_BYTES_MIN,
  LZ4_UNCOMPRESSED,
  type Lz4Descriptor,
  readDescriptor,
} from './lz4-frame-header.ts'
import { XxHash32, xxHash32 } from './xx-hash-32.ts'

/** A compressed byte becomes at most so many. */
const RATIO_MAX = 255

/** How far back a match may reach. */
const HISTORY_BYTES = 64 * 1024

/**
 * Decompresses one LZ4 frame of any length, as Litestream 0.3 stored snapshots and pieces of the WAL, and checks every checksum that it
 * has. Holds one block: at most 4 MiB compressed and 4 MiB decompressed.
 *
 * @param source Chunks are borrowed until the next one is asked for.
 * @returns The content in chunks, borrowed until the next one is asked for. They are proven only when the frame has ended without an
 * error: its checksum comes last.
 * @throws {FormatError} `LTX_BAD_FIELD` (also for bytes after the frame), `LTX_TRUNCATED`, `LTX_CHECKSUM_MISMATCH`,
 * `LTX_LIMIT_EXCEEDED`. What the source throws comes out as it is.
 * @see lz4 `doc/lz4_Frame_format.md`
 */
export async function* decodeLz4Stream(
  source: AsyncIterable<Uint8Array>,
  options: KernelOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = new Lz4StreamDecoder(options)
  for await (const chunk of source) {
    decoder.push(chunk)
    for (let content = decoder.pull(); content !== null; content = decoder.pull()) yield content
  }
  decoder.finishInput()
}

class Lz4StreamDecoder {
  readonly #kernels
  readonly #input = new ByteReader()
  readonly #hash = new XxHash32()
  #descriptor: Lz4Descriptor | null = null
  #contentBytes = 0n
  #isDone = false
  /** Earlier content (as far as a match may reach back), then room for a block. */
  #target = new Uint8Array(0)
  #historyBytes = 0

  constructor({ kernels = sharedKernels() }: KernelOptions) {
    this.#kernels = kernels
  }

  push(chunk: Uint8Array): void {
    this.#input.push(chunk)
  }

  /** Content, borrowed until the next pull; `null`: push more. */
  pull(): Uint8Array | null {
    const content = this.#next()
    if (content === null) this.#input.keepRest()
    return content
  }

  finishInput(): void {
    if (this.#isDone) return
    throw new FormatError('LTX_TRUNCATED', this.#input.position, 'the LZ4 frame has no end')
  }

  #next(): Uint8Array | null {
    const input = this.#input
    if (this.#isDone) {
      if (input.isEmpty) return null
      throw new FormatError('LTX_BAD_FIELD', input.position, 'something follows the LZ4 frame')
    }
    const descriptor = this.#descriptor ?? this.#readHeader()
    if (descriptor === null || !input.ensure(4)) return null
    const word = viewOf(input.bytes).getUint32(input.at, true)
    if (word === 0) return this.#readEnd(descriptor)
    const blockBytes = word & ~LZ4_UNCOMPRESSED
    const isStored = word >= LZ4_UNCOMPRESSED
    if (blockBytes > (isStored ? descriptor.blockBytesMax : lz4Bound(descriptor.blockBytesMax))) {
      throw new FormatError('LTX_LIMIT_EXCEEDED', input.position, `LZ4 block of ${blockBytes} bytes`)
    }
    if (!input.ensure(4 + blockBytes + (descriptor.blockChecksum ? 4 : 0))) return null
    return this.#readBlock(descriptor, blockBytes, isStored)
  }

  #readHeader(): Lz4Descriptor | null {
    const input = this.#input
    if (!input.ensure(LZ4_FRAME_HEADER_BYTES_MIN)) return null
    const headerBytes = headerLength(viewOf(input.bytes.subarray(input.at)), input.position)
    if (!input.ensure(headerBytes)) return null
    const descriptor = readDescriptor(input.bytes.subarray(input.at, input.at + headerBytes), input.position)
    input.advance(headerBytes)
    this.#descriptor = descriptor
    return descriptor
  }

  #readBlock(descriptor: Lz4Descriptor, blockBytes: number, isStored: boolean): Uint8Array {
    const input = this.#input
    const start = input.at + 4
    const block = input.bytes.subarray(start, start + blockBytes)
    if (descriptor.blockChecksum) this.#checkHash(xxHash32(block), start + blockBytes)
    const content = this.#decompress(descriptor, block, isStored)
    if (content === null) {
      throw new FormatError('LTX_BAD_FIELD', input.position, 'an LZ4 block does not decompress')
    }
    input.advance(4 + blockBytes + (descriptor.blockChecksum ? 4 : 0))
    this.#contentBytes += BigInt(content.length)
    if (descriptor.contentChecksum) this.#hash.update(content)
    return content
  }

  #decompress(descriptor: Lz4Descriptor, block: Uint8Array, isStored: boolean): Uint8Array | null {
    const history = this.#historyBytes
    const room = isStored ? block.length : Math.min(descriptor.blockBytesMax, block.length * RATIO_MAX)
    const target = this.#grown(history + room)
    let end: number
    if (isStored) {
      target.set(block, history)
      end = history + block.length
    } else if (history === 0) {
      end = this.#kernels.decompressBlock(block, target.subarray(0, room))
    } else {
      const joined = joinHistory(block, target.subarray(0, history))
      if (joined === null) return null
      end = this.#kernels.decompressBlock(joined, target.subarray(0, history + room))
    }
    if (end < history) return null
    if (descriptor.independent) return target.subarray(0, end)
    const content = target.slice(history, end) // the buffer moves on
    const kept = Math.min(end, HISTORY_BYTES)
    target.copyWithin(0, end - kept, end)
    this.#historyBytes = kept
    return content
  }

  /** The target with at least so many bytes: most frames are far smaller than the block size that they name. */
  #grown(bytes: number): Uint8Array {
    if (this.#target.length < bytes) {
      const grown = new Uint8Array(bytes)
      grown.set(this.#target.subarray(0, this.#historyBytes))
      this.#target = grown
    }
    return this.#target
  }

  #readEnd({ contentChecksum, contentBytes }: Lz4Descriptor): Uint8Array | null {
    const input = this.#input
    if (!input.ensure(contentChecksum ? 8 : 4)) return null
    if (contentChecksum) this.#checkHash(this.#hash.digest(), input.at + 4)
    if (contentBytes !== null && contentBytes !== this.#contentBytes) {
      throw new FormatError(
        'LTX_BAD_FIELD',
        input.position,
        `${this.#contentBytes} bytes, not ${contentBytes}`,
      )
    }
    input.advance(contentChecksum ? 8 : 4)
    this.#isDone = true
    return this.#next()
  }

  #checkHash(found: number, at: number): void {
    const { bytes, position } = this.#input
    if (viewOf(bytes).getUint32(at, true) === found) return
    throw new FormatError('LTX_CHECKSUM_MISMATCH', position, 'LZ4 content')
  }
}
