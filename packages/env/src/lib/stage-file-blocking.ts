import type { BlockingFileHandle } from './blocking-files.ts'
import type { Env } from './env.ts'
import { EARLY_SYNC_BYTES, type CommitOptions, type StageOptions } from './stage-file.ts'
import { systemErrorCode } from './system-error.ts'
import { temporaryName } from './temporary-name.ts'

/** The blocking twin of `StagedFile`. It is published by `rename`: it is for local state, which has one owner. */
export interface BlockingStagedFile extends Disposable {
  readonly temporaryPath: string
  readonly bytesWritten: number
  /** Appends. */
  write(bytes: Uint8Array): void
  /** Makes the bytes durable and gives the file its real name. Without it, disposal deletes the temporary. */
  commit(options?: CommitOptions): void
}

/** The blocking twin of `stageFile`: same order, same names, same errors. */
export function stageFileBlocking(
  env: Env,
  directory: string,
  name: string,
  options: Omit<StageOptions, 'publish'> = {},
): BlockingStagedFile {
  const temporaryPath = `${directory}/${temporaryName(env, name)}`
  const handle = env.blockingFiles.open(temporaryPath, 'create-new', { mode: options.mode })
  const staged = new StagedInBlockingFiles(env, handle, { directory, name, temporaryPath, options })
  try {
    staged.setOwner()
  } catch (error) {
    staged[Symbol.dispose]()
    throw error
  }
  return staged
}

interface Place {
  readonly directory: string
  readonly name: string
  readonly temporaryPath: string
  readonly options: Omit<StageOptions, 'publish'>
}

class StagedInBlockingFiles implements BlockingStagedFile {
  readonly temporaryPath: string
  readonly #env: Env
  readonly #handle: BlockingFileHandle
  readonly #place: Place
  #bytesWritten = 0
  /** Bytes that were written when the system was last told to begin. */
  #startedAt = 0
  #writeFailure: { readonly error: unknown } | null = null
  #state: 'open' | 'committing' | 'published' | 'disposed' = 'open'

  constructor(env: Env, handle: BlockingFileHandle, place: Place) {
    this.#env = env
    this.#handle = handle
    this.#place = place
    this.temporaryPath = place.temporaryPath
  }

  get bytesWritten(): number {
    return this.#bytesWritten
  }

  setOwner(): void {
    const owner = this.#place.options.owner
    if (owner === undefined) return
    try {
      this.#env.blockingFiles.setOwner(this.temporaryPath, owner.uid, owner.gid)
    } catch (error) {
      if (systemErrorCode(error) !== 'EPERM') throw error
    }
  }

  write(bytes: Uint8Array): void {
    try {
      this.#handle.write(bytes, this.#bytesWritten)
      this.#bytesWritten += bytes.length
      this.#startSync()
    } catch (error) {
      this.#writeFailure ??= { error }
      throw error
    }
  }

  #startSync(): void {
    if (this.#bytesWritten - this.#startedAt < EARLY_SYNC_BYTES) return
    this.#startedAt = this.#bytesWritten
    this.#handle.startSync()
  }

  commit(options: CommitOptions = {}): void {
    if (this.#writeFailure !== null) throw this.#writeFailure.error
    if (this.#state !== 'open')
      throw new Error(`staged file ${this.#place.name} was committed or disposed of before`)
    this.#state = 'committing'
    const mtimeMs = options.mtimeMs ?? this.#place.options.mtimeMs
    if (mtimeMs !== undefined) this.#handle.setTimes(mtimeMs)
    this.#handle.sync()
    this.#handle.close()
    this.#env.blockingFiles.rename(this.temporaryPath, `${this.#place.directory}/${this.#place.name}`)
    this.#state = 'published'
    this.#env.blockingFiles.syncDirectory(this.#place.directory) // until then a crash may undo the rename
  }

  [Symbol.dispose](): void {
    const { blockingFiles, logger } = this.#env
    const left = this.#state !== 'published' && this.#state !== 'disposed'
    if (this.#state !== 'published') this.#state = 'disposed'
    if (!left) return
    try {
      this.#handle.close()
    } catch (error) {
      logger.log('warn', 'cannot close a temporary file', { path: this.temporaryPath, error: error as Error })
    }
    try {
      blockingFiles.remove(this.temporaryPath)
    } catch (error) {
      logger.log('warn', 'cannot remove a temporary file', {
        path: this.temporaryPath,
        error: error as Error,
      })
    }
  }
}
