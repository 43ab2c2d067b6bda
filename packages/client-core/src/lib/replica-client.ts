import type { Txid } from '@ltx/format'
import type { Abilities } from './abilities.ts'
import type { LegacyFiles } from './legacy-files.ts'

/** Names one file of a replica. */
export interface FileKey {
  /** 0: one sync each; 1 to 8: compactions; 9: snapshots. */
  readonly level: number
  readonly minTXID: Txid
  readonly maxTXID: Txid
}

export interface FileInfo extends FileKey {
  /** Bytes. */
  readonly size: number
  /** The timestamp in the file's header, or the storage's own time of writing where the listing was not asked for exact times. */
  readonly createdAtMs: number
  /** Header time of the earliest source of a compaction, where the backend keeps it. Never chooses files. */
  readonly earliestAtMs?: number | undefined
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface ListOptions extends CallOptions {
  /** Only files whose minTXID is this or more. A file that straddles it is not listed. */
  readonly from?: Txid | undefined
  /** Asks for the header's timestamps even where that costs one request per file. */
  readonly exactTimestamps?: boolean | undefined
}

export interface ReadOptions extends CallOptions {
  /** First byte, 0 when absent. At or past the end: no bytes, no error. */
  readonly start?: number | undefined
  /** One past the last byte; the end of the file when absent or past it. */
  readonly end?: number | undefined
  /**
   * Gives the client the buffer of a chunk, of so many bytes, whatever they contain. For a reader that uses its chunks' buffers again.
   * A client need not ask.
   */
  readonly buffer?: ((bytes: number) => Uint8Array) | undefined
}

export interface WriteOptions extends CallOptions {
  /** Kept beside the file where the backend has metadata. */
  readonly earliestAtMs?: number | undefined
}

/** The bytes of one file, from their start, as often as it is called. Chunks are borrowed until the next one is asked for. */
export type ByteSource = () => AsyncIterable<Uint8Array>

/**
 * Where a replica is kept. One object is one replica path. All methods may be called at once and in any order; each connects when it
 * needs to. After `close` every call rejects with `CLIENT_CLOSED`. When a signal fires the call rejects with `signal.reason` itself;
 * any other failure is a `ClientError`, except two: what the caller's own `source` throws comes out as it is, and a level that does
 * not exist is the caller's mistake, a `RangeError`.
 */
export interface ReplicaClient extends AsyncDisposable {
  /** `file`, `s3`, `gs`, `abs`, `sftp`, `webdav`, `nats`, `oss`, `memory` … : the word in logs, metrics and JSON. */
  readonly type: string
  /** What people may know of the place: a URL with no secret in it. */
  readonly url: string
  readonly abilities: Abilities

  /** Replicas of Litestream 0.3 below the same root, to read only. Absent where a backend cannot. */
  readonly legacy?: LegacyFiles | undefined

  /** Connects and checks settings. Idempotent; other methods call it themselves. */
  init(options?: CallOptions): Promise<void>

  /** Files of a level, ascending by minTXID, then maxTXID. A missing level or root is empty. Lazy: asks for a page when it needs it. */
  listFiles(level: number, options?: ListOptions): AsyncIterable<FileInfo>

  /** Bytes of a file or of a part. Chunks are owned by the reader. Missing: `CLIENT_NOT_FOUND`. */
  readFile(file: FileKey, options?: ReadOptions): AsyncIterable<Uint8Array>

  /**
   * Stores a file, whole or not at all. Create-only where `abilities.createOnly`: if the name exists with the same bytes the call
   * succeeds, with others it rejects with `CLIENT_EXISTS` and changes nothing. The first 100 bytes must be an LTX header with the
   * TXIDs of `file`: its timestamp becomes `createdAtMs`. Fewer bytes, another magic, other TXIDs or a time outside the years 0 to
   * 9999: `CLIENT_BAD_FILE`, and nothing is stored. What comes after the header is not looked at. A `source` that throws leaves nothing. It
   * may be opened more than once (to compare with what is stored), each time from its start.
   */
  writeFile(file: FileKey, source: ByteSource, options?: WriteOptions): Promise<FileInfo>

  /** Deletes files; missing ones are fine. What could not be deleted is named in the error's `files`; the others are gone. */
  deleteFiles(files: readonly FileKey[], options?: CallOptions): Promise<void>

  /** Deletes every LTX file of every level under this path, and nothing else. */
  deleteAll(options?: CallOptions): Promise<void>

  /** Closing twice is fine. */
  close(): Promise<void>

  /**
   * The storage's own time in ms since the epoch, as its last answer said it, for a check of clocks. `null` where no answer has one.
   * Absent where the backend has none.
   */
  serverTimeMs?(options?: CallOptions): Promise<number | null>
}
