import * as fs from 'node:fs'
import type { BlockingFileHandle } from '../blocking-files.ts'
import type { FileStat } from '../files.ts'
import { systemError } from '../system-error.ts'
import { EarlySync } from './early-sync.ts'
import { fileStat } from './file-stat.ts'
import { mtimeSeconds } from './mtime-seconds.ts'
import { transferSize } from './transfer-size.ts'

export class NodeBlockingFileHandle implements BlockingFileHandle {
  /** `null` once closed: the number may belong to another file by then. */
  #descriptor: number | null
  readonly #path: string
  #early: EarlySync | null = null

  constructor(descriptor: number, path: string) {
    this.#descriptor = descriptor
    this.#path = path
  }

  read(target: Uint8Array, position: number): number {
    const descriptor = this.#open('read')
    let done = 0
    while (done < target.length) {
      const got = fs.readSync(descriptor, target, done, transferSize(target.length - done), position + done)
      if (got === 0) break
      done += got
    }
    return done
  }

  write(bytes: Uint8Array, position: number): void {
    const descriptor = this.#open('write')
    let done = 0
    while (done < bytes.length) {
      const put = fs.writeSync(descriptor, bytes, done, transferSize(bytes.length - done), position + done)
      if (put === 0) throw systemError('EIO', 'write', this.#path, 'nothing was written')
      done += put
    }
  }

  truncate(size: number): void {
    fs.ftruncateSync(this.#open('ftruncate'), size)
  }

  startSync(): void {
    this.#open('fdatasync')
    this.#early ??= new EarlySync(this.#path)
    this.#early.start()
  }

  sync(): void {
    fs.fsyncSync(this.#open('fsync'))
  }

  syncData(): void {
    fs.fdatasyncSync(this.#open('fdatasync'))
  }

  stat(): FileStat {
    return fileStat(fs.fstatSync(this.#open('fstat'), { bigint: true }))
  }

  setTimes(mtimeMs: number): void {
    const seconds = mtimeSeconds(mtimeMs)
    fs.futimesSync(this.#open('futimes'), seconds, seconds)
  }

  close(): void {
    if (this.#descriptor === null) return
    const descriptor = this.#descriptor
    this.#descriptor = null
    this.#early?.close()
    fs.closeSync(descriptor)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #open(syscall: string): number {
    if (this.#descriptor === null) throw systemError('EBADF', syscall, this.#path, 'file is closed')
    return this.#descriptor
  }
}
