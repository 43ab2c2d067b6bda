import { WAL_FRAME_HEADER_BYTES } from './wal-frame-header.ts'
import { WAL_HEADER_BYTES } from './wal-header.ts'

/** Bytes of one frame, its header included. */
export function frameBytes(pageSize: number): number {
  return WAL_FRAME_HEADER_BYTES + pageSize
}

/** Where frame `frameIndex` (from 0) starts, in bytes from the start of the WAL; also how long a WAL of that many frames is. */
export function frameOffset(frameIndex: number, pageSize: number): number {
  return WAL_HEADER_BYTES + frameIndex * frameBytes(pageSize)
}

/** Undoes {@link frameOffset}; `null` when no frame starts at `offset`. */
export function frameIndexAt(offset: number, pageSize: number): number | null {
  const index = (offset - WAL_HEADER_BYTES) / frameBytes(pageSize)
  return Number.isSafeInteger(index) && index >= 0 ? index : null
}
