import type { BlockingFileHandle, BlockingFiles } from '@ltx/env'

/**
 * Descriptors of database files that are never closed, because closing any descriptor of a file drops all POSIX locks that this process
 * holds on it, the application's among them (engine.md §10). A file that is opened again gets the descriptor it had.
 */
export class KeptDescriptors {
  readonly #files: BlockingFiles
  readonly #byInode = new Map<string, BlockingFileHandle>()

  constructor(files: BlockingFiles) {
    this.#files = files
  }

  /** @throws the system's error when there is no such file */
  open(path: string): BlockingFileHandle {
    const named = this.#files.stat(path)
    const known = named === null ? undefined : this.#byInode.get(`${named.dev}:${named.ino}`)
    if (known !== undefined) return known
    const handle = this.#files.open(path, 'read')
    const { dev, ino } = handle.stat()
    this.#byInode.set(`${dev}:${ino}`, handle)
    return handle
  }
}
