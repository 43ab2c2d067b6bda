import type { BlockingFileHandle, BlockingFiles } from '../blocking-files.ts'
import type { FileStat, OpenMode, OpenOptions } from '../files.ts'
import { SimBlockingFileHandle } from './sim-blocking-file-handle.ts'
import type { SimDisk } from './sim-disk.ts'
import type { FileOperation } from './sim-faults.ts'
import type { SimProcess } from './sim-process.ts'

/** A simulated process's view of a simulated disk. */
export class SimBlockingFiles implements BlockingFiles {
  readonly #disk: SimDisk
  readonly #program: SimProcess

  constructor(disk: SimDisk, program: SimProcess) {
    this.#disk = disk
    this.#program = program
  }

  open(path: string, mode: OpenMode, options: OpenOptions = {}): BlockingFileHandle {
    const file = this.#checked('open', path).open(path, mode, options)
    return new SimBlockingFileHandle(this.#disk, this.#program, { file, path, mode })
  }

  stat(path: string): FileStat | null {
    return this.#checked('stat', path).stat(path)
  }

  list(directory: string): string[] {
    return this.#checked('list', directory).list(directory)
  }

  makeDirectory(path: string, options: OpenOptions = {}): void {
    this.#checked('makeDirectory', path).makeDirectory(path, options)
  }

  rename(from: string, to: string): void {
    this.#checked('rename', from, to).rename(from, to)
  }

  link(from: string, to: string): void {
    this.#checked('link', from, to).link(from, to)
  }

  remove(path: string): void {
    this.#checked('remove', path).remove(path)
  }

  removeTree(path: string): void {
    this.#checked('removeTree', path).removeTree(path)
  }

  syncDirectory(path: string): void {
    this.#checked('syncDirectory', path).syncDirectory(path)
  }

  setMode(path: string, mode: number): void {
    this.#checked('setMode', path).setFields(path, { mode }, 'chmod')
  }

  setOwner(path: string, uid: number, gid: number): void {
    this.#checked('setOwner', path).setFields(path, { uid, gid }, 'chown')
  }

  #checked(operation: FileOperation, ...paths: readonly string[]): SimDisk {
    this.#program.check(operation, paths[0] ?? '')
    this.#disk.faults.check(operation, ...paths)
    return this.#disk
  }
}
