import type { Env, FileHandle, Files, FileStat } from '@ltx/env'

/** What reading a file takes. */
export type ReadHandle = Pick<FileHandle, 'read' | 'stat'> & AsyncDisposable

/** What reading a replica takes. */
export interface ReadFiles {
  open(path: string, mode: 'read'): Promise<ReadHandle>
  stat(path: string): Promise<FileStat | null>
}

/** A call on this thread that took longer says that the disk is not near, or not at hand: */
const SLOW_MS = 2

/** so many calls after it are left to other threads, many of them at a time. */
const CALLS_ELSEWHERE = 64

/**
 * Files whose calls are made on this thread as long as they are quick: a trip to another thread and back takes many times as long as to
 * look at a small file of a disk that is at hand.
 */
export class NearFiles implements ReadFiles {
  readonly #files: Files
  readonly #blocking: Env['blockingFiles']
  readonly #clock: Env['clock']
  #elsewhere = 0

  constructor({ files, blockingFiles, clock }: Pick<Env, 'files' | 'blockingFiles' | 'clock'>) {
    this.#files = files
    this.#blocking = blockingFiles
    this.#clock = clock
  }

  async stat(path: string): Promise<FileStat | null> {
    if (!this.#isNear()) return await this.#files.stat(path)
    return this.#timed(() => this.#blocking.stat(path))
  }

  async open(path: string, mode: 'read'): Promise<ReadHandle> {
    if (!this.#isNear()) return await this.#files.open(path, mode)
    const handle = this.#timed(() => this.#blocking.open(path, mode))
    return {
      read: async (target, position) => this.#timed(() => handle.read(target, position)),
      stat: async () => handle.stat(),
      [Symbol.asyncDispose]: async () => handle.close(),
    }
  }

  #isNear(): boolean {
    if (this.#elsewhere === 0) return true
    this.#elsewhere--
    return false
  }

  #timed<Result>(call: () => Result): Result {
    const startMs = this.#clock.elapsedMs()
    try {
      return call()
    } finally {
      if (this.#clock.elapsedMs() - startMs > SLOW_MS) this.#elsewhere = CALLS_ELSEWHERE
    }
  }
}
