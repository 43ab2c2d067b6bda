import type { FileHandle as NodeHandle } from 'node:fs/promises'
import type { FileHandle, FileStat, WriteOptions } from '../files.ts'
import { systemError } from '../system-error.ts'
import { directWrites, type DirectWrites } from './direct-writes.ts'
import { fileStat } from './file-stat.ts'
import { mtimeSeconds } from './mtime-seconds.ts'
import { transferSize } from './transfer-size.ts'

export class NodeFileHandle implements FileHandle {
  readonly #handle: NodeHandle
  readonly #path: string
  #direct: DirectWrites | null = null
  #closing: Promise<void> | null = null

  constructor(handle: NodeHandle, path: string) {
    this.#handle = handle
    this.#path = path
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    const handle = this.#open('read')
    let done = 0
    while (done < target.length) {
      const { bytesRead } = await handle.read(
        target,
        done,
        transferSize(target.length - done),
        position + done,
      )
      if (bytesRead === 0) break
      done += bytesRead
    }
    return done
  }

  async write(bytes: Uint8Array, position: number, options: WriteOptions = {}): Promise<void> {
    const handle = this.#open('write')
    let done = 0
    if (options.uncached === true) {
      this.#direct ??= directWrites(handle.fd)
      done = await this.#direct.write(bytes, position)
    }
    while (done < bytes.length) {
      const { bytesWritten } = await handle.write(
        bytes,
        done,
        transferSize(bytes.length - done),
        position + done,
      )
      if (bytesWritten === 0) throw systemError('EIO', 'write', this.#path, 'nothing was written')
      done += bytesWritten
    }
  }

  async truncate(size: number): Promise<void> {
    await this.#open('ftruncate').truncate(size)
  }

  async sync(): Promise<void> {
    await this.#open('fsync').sync()
  }

  async stat(): Promise<FileStat> {
    return fileStat(await this.#open('fstat').stat({ bigint: true }))
  }

  async setTimes(mtimeMs: number): Promise<void> {
    const seconds = mtimeSeconds(mtimeMs)
    await this.#open('futimes').utimes(seconds, seconds)
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeBoth()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #closeBoth(): Promise<void> {
    try {
      await this.#direct?.close()
    } finally {
      await this.#handle.close()
    }
  }

  #open(syscall: string): NodeHandle {
    if (this.#closing !== null) throw systemError('EBADF', syscall, this.#path, 'file is closed')
    return this.#handle
  }
}
