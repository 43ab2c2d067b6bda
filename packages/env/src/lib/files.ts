/** What a file system says about one name. Times are nanoseconds since the Unix epoch. */
export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other'
  /** Bytes. */
  readonly size: number
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly dev: bigint
  readonly ino: bigint
  /** Permission bits only (`0o7777` mask). */
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/**
 * How a file is opened. `read`: must exist. `read-write`: must exist. `create`: made or truncated, read and write.
 * `create-new`: must not exist (`EEXIST`), read and write.
 */
export type OpenMode = 'read' | 'read-write' | 'create' | 'create-new'

export interface OpenOptions {
  /** Permission bits of a file that is made; 0o600 when absent, not narrowed by the umask when given. */
  readonly mode?: number | undefined
}

export interface WriteOptions {
  /**
   * A hint, for large parts of a large file that is not read soon: the system need not keep a copy in its page cache, so the disk
   * fetches the bytes itself where it can. That needs `pageAlignedBytes`, and a start and an end at a multiple of 4096. Durable after
   * `sync`, like any write.
   */
  readonly uncached?: boolean | undefined
}

/** An open file. Closing twice is fine. Positions are bytes from the start. */
export interface FileHandle extends AsyncDisposable {
  /** Fills `target` from `position` as far as the file reaches; returns the bytes read (short only at the end). */
  read(target: Uint8Array, position: number): Promise<number>
  /** Writes all of `bytes` at `position`. */
  write(bytes: Uint8Array, position: number, options?: WriteOptions): Promise<void>
  truncate(size: number): Promise<void>
  /** A hint: what was written may go to the disk from now on, so that `sync` has less to wait for. Returns at once, promises nothing. */
  startSync(): void
  /** Data and metadata are durable when it resolves. */
  sync(): Promise<void>
  stat(): Promise<FileStat>
  /** Milliseconds since the Unix epoch; reads back as exactly this millisecond, also in Go (architecture, rule 5). */
  setTimes(mtimeMs: number): Promise<void>
  close(): Promise<void>
}

export interface WatchEvent {
  /** Base name of what changed in the directory; `null` when the system did not say: look at everything. */
  readonly name: string | null
}

/**
 * A file system, asynchronous. Failures are the system's own errors with their `code` (`ENOENT`, `ENOSPC`, `EIO` …), also in the
 * simulated one.
 */
export interface Files {
  open(path: string, mode: OpenMode, options?: OpenOptions): Promise<FileHandle>
  /** `null` when there is no such name. Follows symbolic links. */
  stat(path: string): Promise<FileStat | null>
  /** Base names in a directory, sorted. A missing directory rejects with `ENOENT`. */
  list(directory: string): Promise<string[]>
  /** Makes the directory and its parents; existing ones are fine. `mode` (0o700 when absent) is for those it makes. */
  makeDirectory(path: string, options?: OpenOptions): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** A hard link. `EEXIST` when `to` exists; `EPERM`, `ENOTSUP` or `EOPNOTSUPP` where the file system has none. */
  link(from: string, to: string): Promise<void>
  /** Removes one file. A missing one is fine. */
  remove(path: string): Promise<void>
  /** Removes a directory with all that is in it. A missing one is fine. */
  removeTree(path: string): Promise<void>
  /** Makes renames, links and removals in this directory durable. */
  syncDirectory(path: string): Promise<void>
  setMode(path: string, mode: number): Promise<void>
  setOwner(path: string, uid: number, gid: number): Promise<void>
  /**
   * Calls `onEvent` when something in the directory changes, until the returned function is called. `onError` is called at most
   * once; the watch is over then.
   */
  watch(directory: string, onEvent: (event: WatchEvent) => void, onError: (error: Error) => void): () => void
}
