import type { FileStat, OpenMode, OpenOptions } from './files.ts'

/** An open file whose calls block. For worker threads that hold SQLite connections, which block as well. */
export interface BlockingFileHandle extends Disposable {
  /** Fills `target` from `position` as far as the file reaches; returns the bytes read (short only at the end). */
  read(target: Uint8Array, position: number): number
  write(bytes: Uint8Array, position: number): void
  truncate(size: number): void
  /** A hint: what was written may go to the disk from now on, so that `sync` has less to wait for. Returns at once, promises nothing. */
  startSync(): void
  sync(): void
  /** Data only (`fdatasync`). */
  syncData(): void
  stat(): FileStat
  setTimes(mtimeMs: number): void
  close(): void
}

/** The blocking twin of {@link Files}: same words, same errors. */
export interface BlockingFiles {
  open(path: string, mode: OpenMode, options?: OpenOptions): BlockingFileHandle
  stat(path: string): FileStat | null
  list(directory: string): string[]
  makeDirectory(path: string, options?: OpenOptions): void
  rename(from: string, to: string): void
  /** A hard link. `EEXIST` when `to` exists; `EPERM`, `ENOTSUP` or `EOPNOTSUPP` where the file system has none. */
  link(from: string, to: string): void
  remove(path: string): void
  removeTree(path: string): void
  syncDirectory(path: string): void
  setMode(path: string, mode: number): void
  setOwner(path: string, uid: number, gid: number): void
}
