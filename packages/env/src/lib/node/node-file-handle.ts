import type { FileHandle, FileStat, WriteOptions } from '../files.ts'
import { systemError } from '../system-error.ts'
import { directWrites, type DirectWrites } from './direct-writes.ts'
import { EarlySync } from './early-sync.ts'
import { fileStat } from './file-stat.ts'
import { mtimeSeconds } from './mtime-seconds.ts'
import type { OpenDescriptor } from './open-descriptor.ts'
import { transferSize } from './transfer-size.ts'

export class NodeFileHandle implements FileHandle {
  readonly #file: OpenDescriptor
  readonly #path: string
  #direct: DirectWrites | null = null
  #early: EarlySync | null = null
  #closing: Promise<void> | null = null

  constructor(file: OpenDescriptor, path: string) {
    this.#file = file
    this.#path = path
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    let done = 0
    while (done < target.length) {
      const file = this.#open('read') // each time: it may be closed meanwhile, and the number another file's
      const got = await file.read(target, done, transferSize(target.length - done), position + done)
      if (got === 0) break
      done += got
    }
    return done
  }

  async write(bytes: Uint8Array, position: number, options: WriteOptions = {}): Promise<void> {
    let done = 0
    if (options.uncached === true) {
      this.#direct ??= directWrites(this.#open('write').number)
      done = await this.#direct.write(bytes, position)
    }
    while (done < bytes.length) {
      const file = this.#open('write') // each time, as above
      const put = await file.write(bytes, done, transferSize(bytes.length - done), position + done)
      if (put === 0) throw systemError('EIO', 'write', this.#path, 'nothing was written')
      done += put
    }
  }

  async truncate(size: number): Promise<void> {
    await this.#open('ftruncate').truncate(size)
  }

  startSync(): void {
    this.#open('fdatasync')
    this.#early ??= new EarlySync(this.#path)
    this.#early.start()
  }

  async sync(): Promise<void> {
    await this.#open('fsync').sync()
  }

  async stat(): Promise<FileStat> {
    return fileStat(await this.#open('fstat').stat())
  }

  async setTimes(mtimeMs: number): Promise<void> {
    await this.#open('futimes').setTimes(mtimeSeconds(mtimeMs))
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeBoth()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #closeBoth(): Promise<void> {
    this.#early?.close()
    try {
      await this.#direct?.close()
    } finally {
      await this.#file.close()
    }
  }

  #open(syscall: string): OpenDescriptor {
    if (this.#closing !== null) throw systemError('EBADF', syscall, this.#path, 'file is closed')
    return this.#file
  }
}
