import type { FileHandle, Files, FileStat, OpenMode, OpenOptions, WatchEvent } from '../files.ts'
import { systemError } from '../system-error.ts'
import { SimBlockingFiles } from './sim-blocking-files.ts'
import type { SimDisk } from './sim-disk.ts'
import type { FileOperation } from './sim-faults.ts'
import type { CrashKeeps } from './sim-file.ts'
import { SimFileHandle } from './sim-file-handle.ts'
import type { SimProcess } from './sim-process.ts'
import { plainPath } from './sim-tree.ts'

/** Files in memory that lose what was not synced, and fail when told to. */
export class SimFiles implements Files {
  /** The same files, with blocking calls. */
  readonly blocking: SimBlockingFiles
  readonly #disk: SimDisk
  readonly #program: SimProcess

  constructor(disk: SimDisk, program: SimProcess) {
    this.#disk = disk
    this.#program = program
    this.blocking = new SimBlockingFiles(disk, program)
  }

  /**
   * Power loss, seen by the same process: data that was not synced and directory entries whose directory was not are undone;
   * with `some`, a random part of them is there. Watches are over.
   */
  crash(keeps: CrashKeeps = 'nothing'): void {
    this.#disk.crash(keeps)
  }

  /** The next such operation on a path that matches fails with this code. */
  failNext(operation: FileOperation, code: string, path?: RegExp): void {
    this.#disk.faults.failNext(operation, code, path)
  }

  /** Every such operation fails until the returned function is called. */
  failAlways(operation: FileOperation, code: string, path?: RegExp): () => void {
    return this.#disk.faults.failAlways(operation, code, path)
  }

  /** Bytes of content that fit; a write beyond is `ENOSPC`. */
  setCapacity(bytes: number): void {
    this.#disk.capacityBytes = bytes
  }

  usedBytes(): number {
    return this.#disk.usedBytes()
  }

  /** Makes it a file system without hard links (`EPERM`). */
  withoutHardLinks(): void {
    this.#disk.hasHardLinks = false
  }

  /** Ends every watch with an error. */
  breakWatches(code: string): void {
    this.#disk.watches.breakAll(systemError(code, 'watch', '/'))
  }

  async open(path: string, mode: OpenMode, options?: OpenOptions): Promise<FileHandle> {
    await Promise.resolve()
    return new SimFileHandle(this.blocking.open(path, mode, options))
  }

  async stat(path: string): Promise<FileStat | null> {
    await Promise.resolve()
    return this.blocking.stat(path)
  }

  async list(directory: string): Promise<string[]> {
    await Promise.resolve()
    return this.blocking.list(directory)
  }

  async makeDirectory(path: string, options?: OpenOptions): Promise<void> {
    await Promise.resolve()
    this.blocking.makeDirectory(path, options)
  }

  async rename(from: string, to: string): Promise<void> {
    await Promise.resolve()
    this.blocking.rename(from, to)
  }

  async link(from: string, to: string): Promise<void> {
    await Promise.resolve()
    this.blocking.link(from, to)
  }

  async remove(path: string): Promise<void> {
    await Promise.resolve()
    this.blocking.remove(path)
  }

  async removeTree(path: string): Promise<void> {
    await Promise.resolve()
    this.blocking.removeTree(path)
  }

  async syncDirectory(path: string): Promise<void> {
    await Promise.resolve()
    this.blocking.syncDirectory(path)
  }

  async setMode(path: string, mode: number): Promise<void> {
    await Promise.resolve()
    this.blocking.setMode(path, mode)
  }

  async setOwner(path: string, uid: number, gid: number): Promise<void> {
    await Promise.resolve()
    this.blocking.setOwner(path, uid, gid)
  }

  watch(
    directory: string,
    onEvent: (event: WatchEvent) => void,
    onError: (error: Error) => void,
  ): () => void {
    const watch = {
      directory: plainPath(directory),
      onEvent: (event: WatchEvent) => {
        if (this.#program.isAlive) onEvent(event)
      },
      onError,
    }
    try {
      this.#program.check('watch', directory)
      this.#disk.faults.check('watch', directory)
      this.#disk.checkDirectory(directory)
    } catch (error) {
      this.#disk.watches.fail(watch, error as Error)
      return () => {}
    }
    return this.#disk.watches.add(watch)
  }
}
