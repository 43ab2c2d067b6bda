import { decodeWalHeader, FrameReader, isWalError, type WalFrame } from '../src/index.ts'
import type { PlainFrame, PlainResult } from './plain-reader.ts'

/** Reads a whole WAL with the real reader, in chunks of the given sizes, round and round, and answers like the plain one. */
export function readInChunks(wal: Uint8Array, chunkSizes: readonly number[]): PlainResult {
  const frames: PlainFrame[] = []
  try {
    const result = decodeWalHeader(wal)
    if (result.kind === 'none') return { frames, stop: { reason: 'no-header', offset: 0 } }
    const { header } = result
    const reader = new FrameReader({ header, offset: 32, seed: header.checksum })
    let turn = 0
    for (let at = 32; at < wal.length && reader.stop === null; turn++) {
      const chunk = new Uint8Array(
        wal.subarray(at, at + (chunkSizes[turn % chunkSizes.length] ?? wal.length)),
      )
      reader.push(chunk)
      for (let frame = reader.next(); frame !== null; frame = reader.next()) frames.push(kept(frame))
      chunk.fill(0xee) // borrowed bytes must have been used by now
      at += chunk.length
    }
    reader.finishInput()
    return { frames, stop: reader.stop ?? { reason: 'none', offset: -1 } }
  } catch (error) {
    if (isWalError(error)) return { frames, stop: { reason: error.code, offset: 0 } }
    throw error
  }
}

function kept({ offset, pageNumber, commit, checksum, page }: WalFrame): PlainFrame {
  return { offset, pageNumber, commit, checksum, page: new Uint8Array(page) }
}
