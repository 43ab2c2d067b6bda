import type { Env } from './env.ts'
import type { FileHandle, WriteOptions } from './files.ts'
import { publishFile, type Publish } from './publish-file.ts'
import { systemErrorCode } from './system-error.ts'
import { temporaryName } from './temporary-name.ts'

/** The system begins to write a long file to the disk each time it has grown by so much. */
export const EARLY_SYNC_BYTES: number = 32 * 1024 * 1024

export interface StageOptions {
  /**
   * `rename` (when absent) replaces a file of that name. `link` never does: `commit` rejects with `EEXIST`, and the temporary is
   * there until disposal, so that the two can be compared.
   */
  readonly publish?: Publish | undefined
  /** Permission bits; 0o600 when absent. */
  readonly mode?: number | undefined
  /** Given to the file where the system lets us; a refusal (`EPERM`) is no failure. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  /** Modification time of the published file, whole milliseconds since the Unix epoch. */
  readonly mtimeMs?: number | undefined
}

export interface CommitOptions {
  /** For a time that is known only when all is written; goes before the one given at the start. */
  readonly mtimeMs?: number | undefined
}

/** A file that is written under a temporary name and appears whole, or not at all. */
export interface StagedFile extends AsyncDisposable {
  /** Where it is until it is published, and after a commit that failed, until disposal. */
  readonly temporaryPath: string
  readonly bytesWritten: number
  /** Appends. The bytes are borrowed until it resolves. Another write may begin before. */
  write(bytes: Uint8Array, options?: WriteOptions): Promise<void>
  /**
   * Makes the bytes durable and gives the file its real name. Without it, leaving the scope deletes the temporary. Refuses with
   * the write's own error if a write has failed.
   */
  commit(options?: CommitOptions): Promise<void>
}

/**
 * Starts a file in `directory` (which must exist) that will be called `name`. Disposal only cleans up; it never throws, so that
 * it cannot hide the error that led to it: what it cannot remove is logged, and swept later.
 *
 * @throws The system's errors, with their `code`.
 * @see architecture, rule 7
 */
export async function stageFile(
  env: Env,
  directory: string,
  name: string,
  options: StageOptions = {},
): Promise<StagedFile> {
  const temporaryPath = `${directory}/${temporaryName(env, name)}`
  const handle = await env.files.open(temporaryPath, 'create-new', { mode: options.mode })
  const staged = new StagedInFiles(env, handle, { directory, name, temporaryPath, options })
  try {
    await staged.setOwner()
  } catch (error) {
    await staged[Symbol.asyncDispose]()
    throw error
  }
  return staged
}

interface Place {
  readonly directory: string
  readonly name: string
  readonly temporaryPath: string
  readonly options: StageOptions
}

class StagedInFiles implements StagedFile {
  readonly temporaryPath: string
  readonly #env: Env
  readonly #handle: FileHandle
  readonly #place: Place
  #bytesWritten = 0
  /** Bytes that were written when the system was last told to begin. */
  #startedAt = 0
  #writeFailure: { readonly error: unknown } | null = null
  #state: 'open' | 'committing' | 'published' | 'disposed' = 'open'

  constructor(env: Env, handle: FileHandle, place: Place) {
    this.#env = env
    this.#handle = handle
    this.#place = place
    this.temporaryPath = place.temporaryPath
  }

  get bytesWritten(): number {
    return this.#bytesWritten
  }

  async setOwner(): Promise<void> {
    const owner = this.#place.options.owner
    if (owner === undefined) return
    try {
      await this.#env.files.setOwner(this.temporaryPath, owner.uid, owner.gid)
    } catch (error) {
      if (systemErrorCode(error) !== 'EPERM') throw error
    }
  }

  async write(bytes: Uint8Array, options?: WriteOptions): Promise<void> {
    const position = this.#bytesWritten
    this.#bytesWritten += bytes.length // before the wait: two writes under way do not meet
    try {
      await this.#handle.write(bytes, position, options)
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

  async commit(options: CommitOptions = {}): Promise<void> {
    if (this.#writeFailure !== null) throw this.#writeFailure.error
    if (this.#state !== 'open')
      throw new Error(`staged file ${this.#place.name} was committed or disposed of before`)
    this.#state = 'committing'
    const mtimeMs = options.mtimeMs ?? this.#place.options.mtimeMs
    if (mtimeMs !== undefined) await this.#handle.setTimes(mtimeMs)
    await this.#handle.sync()
    await this.#handle.close()
    await publishFile(this.#env, this.#place, this.#place.options.publish ?? 'rename')
    this.#state = 'published'
    await this.#env.files.syncDirectory(this.#place.directory) // until then a crash may undo it
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { files, logger } = this.#env
    const left = this.#state !== 'published' && this.#state !== 'disposed'
    if (this.#state !== 'published') this.#state = 'disposed'
    if (!left) return
    try {
      await this.#handle.close()
    } catch (error) {
      logger.log('warn', 'cannot close a temporary file', { path: this.temporaryPath, error: error as Error })
    }
    try {
      await files.remove(this.temporaryPath)
    } catch (error) {
      logger.log('warn', 'cannot remove a temporary file', {
        path: this.temporaryPath,
        error: error as Error,
      })
    }
  }
}
