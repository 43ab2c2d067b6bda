import type { BlockingFileHandle } from '../blocking-files.ts'
import type { FileHandle, FileStat } from '../files.ts'

/** The asynchronous twin of a blocking handle: each call does its work a moment later. */
export class SimFileHandle implements FileHandle {
  readonly #handle: BlockingFileHandle

  constructor(handle: BlockingFileHandle) {
    this.#handle = handle
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    await Promise.resolve()
    return this.#handle.read(target, position)
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    await Promise.resolve()
    this.#handle.write(bytes, position)
  }

  async truncate(size: number): Promise<void> {
    await Promise.resolve()
    this.#handle.truncate(size)
  }

  startSync(): void {
    this.#handle.startSync()
  }

  async sync(): Promise<void> {
    await Promise.resolve()
    this.#handle.sync()
  }

  async stat(): Promise<FileStat> {
    await Promise.resolve()
    return this.#handle.stat()
  }

  async setTimes(mtimeMs: number): Promise<void> {
    await Promise.resolve()
    this.#handle.setTimes(mtimeMs)
  }

  async close(): Promise<void> {
    await Promise.resolve()
    this.#handle.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
