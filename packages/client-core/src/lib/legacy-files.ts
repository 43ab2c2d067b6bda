import type { CallOptions } from './replica-client.ts'

/** One object of a replica of Litestream 0.3, as the storage has it: compressed, not looked into. */
export interface LegacyObject {
  /** Below the replica's root, as `generations/0123456789abcdef/snapshots/00000000.snapshot.lz4`. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** When the storage says that it was written; restores to a moment choose by it. */
  readonly modifiedAtMs: number
}

/** What reading replicas of Litestream 0.3 takes of a backend. Names and contents are the business of whoever restores them. */
export interface LegacyFiles {
  /** Every object below `generations/`, ascending by path. Lazy. A root without any is empty. */
  list(options?: CallOptions): AsyncIterable<LegacyObject>
  /** The bytes of one. Chunks are owned by the reader. Missing: `CLIENT_NOT_FOUND`. */
  read(path: string, options?: CallOptions): AsyncIterable<Uint8Array>
}
