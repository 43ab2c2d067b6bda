import type { Env, FileHandle } from '@ltx/env'
import { keepFresh, ownedName } from './left-behind.ts'
import { checkOutput, type OutputPath, SIDECARS } from './output-path.ts'

/**
 * A database that is written beside its output path under a temporary name (`NAME.PID.RANDOM.tmp`) and appears whole, or not at all. The
 * file stays open until right before it has its real name, for others to see that somebody lives who writes it.
 *
 * Disposal removes what was not published: the temporary, and any `-wal`, `-shm` or `-journal` that a check left beside it. It never
 * throws, so that it cannot hide the error that led to it; what it cannot remove is logged.
 */
export class StagedDatabase implements AsyncDisposable {
  readonly temporaryPath: string
  readonly handle: FileHandle
  readonly #env: Pick<Env, 'files' | 'logger'>
  readonly #output: OutputPath
  readonly #fresh: Disposable
  #isPublished = false

  private constructor(
    env: Pick<Env, 'clock' | 'files' | 'logger'>,
    output: OutputPath,
    temporaryPath: string,
    handle: FileHandle,
  ) {
    this.#env = env
    this.#output = output
    this.temporaryPath = temporaryPath
    this.handle = handle
    this.#fresh = keepFresh(env, handle)
  }

  /** Starts one. The directory must exist. */
  static async create(env: Env, output: OutputPath, mode: number): Promise<StagedDatabase> {
    const temporaryPath = `${output.directory}/${await ownedName(env, output.name)}`
    const handle = await env.files.open(temporaryPath, 'create-new', { mode })
    return new StagedDatabase(env, output, temporaryPath, handle)
  }

  /** Gives the file its final size and makes it durable. */
  async seal(bytes: number): Promise<void> {
    await this.handle.truncate(bytes)
    await this.handle.sync()
  }

  /** Removes what somebody who opened the temporary with SQLite has left beside it. */
  async removeSidecars(): Promise<void> {
    for (const suffix of SIDECARS) await this.#env.files.remove(this.temporaryPath + suffix)
  }

  /**
   * Gives a sealed file its real name. Looks at the output once more before: it may have come into being meanwhile.
   *
   * With `force` stale `-shm`, `-wal` and `-journal` go first, durably: whenever a crash comes, an old `-wal` never lies beside the new
   * database.
   *
   * @throws {RestoreError} `RESTORE_EXISTS`, `RESTORE_STALE_SIDECAR`
   */
  async publish(force: boolean): Promise<void> {
    const { files } = this.#env
    const { directory, path } = this.#output
    await checkOutput(files, this.#output, force)
    if (force) {
      let removed = false
      for (const suffix of SIDECARS) {
        if ((await files.stat(path + suffix)) === null) continue
        await files.remove(path + suffix)
        removed = true
      }
      if (removed) await files.syncDirectory(directory)
    }
    await this.handle.close() // an application of this process may open it as soon as it has its name, and would lose its locks (engine.md §10)
    await files.rename(this.temporaryPath, path)
    this.#isPublished = true
    await files.syncDirectory(directory) // until then a crash may undo the rename
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { files } = this.#env
    this.#fresh[Symbol.dispose]()
    await this.#quietly('close', () => this.handle.close())
    if (this.#isPublished) return
    await this.#quietly('remove', () => files.remove(this.temporaryPath))
    await this.#quietly('remove', () => this.removeSidecars())
  }

  async #quietly(what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      const fields = { path: this.temporaryPath, error: error as Error }
      this.#env.logger.log('warn', `cannot ${what} a temporary database`, fields)
    }
  }
}
