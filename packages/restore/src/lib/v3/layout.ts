import type { LegacyObject } from '@ltx/client-core'

/** A whole database as it was when WAL number `index` began, or a little later. */
export interface LegacySnapshot extends LegacyObject {
  readonly kind: 'snapshot'
  /** 16 hex digits. A generation is a stretch of time without a break in the replication. */
  readonly generation: string
  /** Number of the WAL that continues it. */
  readonly index: number
}

/** A piece of a WAL file. */
export interface LegacySegment extends LegacyObject {
  readonly kind: 'segment'
  readonly generation: string
  /** Number of the WAL: one more each time that SQLite begins it anew. */
  readonly index: number
  /** Where the piece starts in the WAL, in bytes. */
  readonly offset: number
}

export type LegacyItem = LegacySnapshot | LegacySegment

const SNAPSHOT = /^generations\/([0-9a-f]{16})\/snapshots\/([0-9a-f]{8})\.snapshot\.lz4$/
const SEGMENT = /^generations\/([0-9a-f]{16})\/wal\/([0-9a-f]{8})_([0-9a-f]{8,16})\.wal\.lz4$/

/** What an object is; `null`: no part of a replica of Litestream 0.3. */
export function parseLegacyObject(object: LegacyObject): LegacyItem | null {
  const snapshot = SNAPSHOT.exec(object.path)
  if (snapshot !== null) {
    const [, generation = '', index = ''] = snapshot
    return { kind: 'snapshot', generation, index: Number.parseInt(index, 16), ...object }
  }
  const segment = SEGMENT.exec(object.path)
  if (segment === null) return null
  const [, generation = '', index = '', offsetText = ''] = segment
  const offset = Number.parseInt(offsetText, 16)
  if (!Number.isSafeInteger(offset)) return null
  return { kind: 'segment', generation, index: Number.parseInt(index, 16), offset, ...object }
}

/** Where a piece of a WAL has to be. */
export function segmentPath(generation: string, index: number, offset: number): string {
  return `generations/${generation}/wal/${hex(index)}_${hex(offset)}.wal.lz4`
}

/** 8 hex digits, as WAL numbers and offsets are written; more where they need more. */
export function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}
