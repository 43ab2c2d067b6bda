import type { MemoryStorage } from '@ltx/client-core/memory'
import { buildWal, type WalTransactionSpec } from '@ltx/wal/testing'
import { segmentPath } from '../src/lib/v3/layout.ts'

export const GENERATION = '0123456789abcdef'
export const LEGACY_PAGE_SIZE = 512

/** One LZ4 frame of blocks that are stored as they are. */
export function lz4Stored(bytes: Uint8Array): Uint8Array {
  const parts = [Buffer.from('04224d18604082', 'hex')]
  for (let at = 0; at < bytes.length; at += 65_536) {
    const block = bytes.subarray(at, at + 65_536)
    const size = Buffer.alloc(4)
    size.writeUInt32LE((block.length | 0x8000_0000) >>> 0)
    parts.push(size, Buffer.from(block))
  }
  return new Uint8Array(Buffer.concat([...parts, Buffer.alloc(4)]))
}

/** A page that says its number and a version in every byte; the first one begins as a database does. */
export function legacyPage(pageNumber: number, version: number): Uint8Array {
  const page = new Uint8Array(LEGACY_PAGE_SIZE).fill(pageNumber * 16 + version)
  if (pageNumber !== 1) return page
  page.set(new TextEncoder().encode('SQLite format 3\0'))
  page.set([LEGACY_PAGE_SIZE >> 8, 0], 16)
  return page
}

/** Pages 1 to n, each with its version. */
export function legacyDatabase(...versions: readonly number[]): Uint8Array {
  return new Uint8Array(Buffer.concat(versions.map((version, index) => legacyPage(index + 1, version))))
}

/** A transaction that writes these pages. */
export function writes(
  commit: number,
  ...pages: readonly (readonly [pageNumber: number, version: number])[]
): WalTransactionSpec {
  return {
    commit,
    pages: pages.map(([pageNumber, version]) => ({ pageNumber, data: legacyPage(pageNumber, version) })),
  }
}

/** A whole WAL. */
export function legacyWal(salt: number, ...transactions: readonly WalTransactionSpec[]): Uint8Array {
  return buildWal({ pageSize: LEGACY_PAGE_SIZE, littleEndian: true, salts: [salt, salt + 1], transactions })
}

export function putSnapshot(
  storage: MemoryStorage,
  index: number,
  database: Uint8Array,
  modifiedAtMs: number,
): void {
  const name = index.toString(16).padStart(8, '0')
  storage.put(`generations/${GENERATION}/snapshots/${name}.snapshot.lz4`, lz4Stored(database), modifiedAtMs)
}

/** Stores a WAL in pieces that end at these offsets, and at its end. */
export function putWal(
  storage: MemoryStorage,
  index: number,
  wal: Uint8Array,
  modifiedAtMs: number,
  cuts: readonly number[] = [],
): void {
  let start = 0
  for (const end of [...cuts, wal.length]) {
    storage.put(segmentPath(GENERATION, index, start), lz4Stored(wal.subarray(start, end)), modifiedAtMs)
    start = end
  }
}
