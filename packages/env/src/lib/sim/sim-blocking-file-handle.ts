import type { BlockingFileHandle } from '../blocking-files.ts'
import type { FileStat, OpenMode } from '../files.ts'
import { systemError } from '../system-error.ts'
import { nodeStat, type SimDisk } from './sim-disk.ts'
import type { FileOperation } from './sim-faults.ts'
import type { SimFile } from './sim-file.ts'
import type { SimProcess } from './sim-process.ts'

export class SimBlockingFileHandle implements BlockingFileHandle {
  readonly #disk: SimDisk
  readonly #program: SimProcess
  readonly #file: SimFile
  readonly #path: string
  readonly #mode: OpenMode
  #closed = false

  constructor(disk: SimDisk, program: SimProcess, opened: { file: SimFile; path: string; mode: OpenMode }) {
    this.#disk = disk
    this.#program = program
    this.#file = opened.file
    this.#path = opened.path
    this.#mode = opened.mode
  }

  read(target: Uint8Array, position: number): number {
    this.#check('read')
    return this.#file.read(target, position)
  }

  write(bytes: Uint8Array, position: number): void {
    this.#check('write')
    if (this.#mode === 'read') throw systemError('EBADF', 'write', this.#path)
    if (bytes.length === 0) return // as if not called: no event, no new time
    const fits = this.#bytesThatFit(bytes.length, position) // a full disk takes what fits, then says so
    this.#file.write(bytes.subarray(0, fits), position)
    this.#disk.touch(this.#file, this.#path)
    if (fits < bytes.length) throw systemError('ENOSPC', 'write', this.#path)
  }

  truncate(size: number): void {
    this.#check('truncate')
    this.#file.truncate(size)
    this.#disk.touch(this.#file, this.#path)
  }

  startSync(): void {} // promises nothing

  sync(): void {
    this.#checkSync()
    this.#file.sync()
  }

  syncData(): void {
    this.#checkSync()
    this.#file.syncData()
  }

  stat(): FileStat {
    this.#check('stat')
    return nodeStat(this.#file)
  }

  setTimes(mtimeMs: number): void {
    this.#check('setTimes')
    if (!Number.isSafeInteger(mtimeMs))
      throw new RangeError(`modification time ${mtimeMs} is not whole milliseconds`)
    this.#disk.setTimes(this.#file, this.#path, BigInt(mtimeMs) * 1_000_000n)
  }

  /** A close that fails has closed all the same, as on Linux. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#program.isAlive) this.#disk.faults.check('close', this.#path)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #bytesThatFit(bytes: number, position: number): number {
    const growth = position + bytes - this.#file.size
    if (growth <= 0 || this.#disk.capacityBytes === Infinity) return bytes
    const freeBytes = Math.max(0, this.#disk.capacityBytes - this.#disk.usedBytes())
    return growth <= freeBytes ? bytes : Math.max(0, bytes - (growth - freeBytes))
  }

  #checkSync(): void {
    try {
      this.#check('sync')
    } catch (error) {
      if (this.#program.isAlive && !this.#closed) this.#file.failSync()
      throw error
    }
  }

  #check(operation: FileOperation): void {
    this.#program.check(operation, this.#path)
    if (this.#closed) throw systemError('EBADF', operation, this.#path, 'file is closed')
    this.#disk.faults.check(operation, this.#path)
  }
}
