import { equalBytes } from '@ltx/client-core'
import { type Env, type FileHandle, temporaryName } from '@ltx/env'
import type { Txid } from '@ltx/format'
import { lockPageNumber } from '@ltx/wal'
import type { OutputPath } from '../output-path.ts'
import { markPageOne } from './page-one.ts'
import { JournalWriter } from './rollback-journal.ts'

/** How a copy is, or is to be. */
export interface CopyState {
  readonly txid: Txid
  /** Bytes. */
  readonly pageSize: number
  /** Size in pages. */
  readonly commit: number
}

const BUFFER_BYTES = 1024 * 1024

/**
 * Collects what has to be changed in a copy, beside it and without touching it: new page images in a scratch file, and the images that
 * they replace in a rollback journal. Pages that are in the copy already are left out. So the copy is locked only while it is written.
 *
 * Memory: 8 bytes for each changed page. Disk: each changed page twice. Disposal removes both files, unless the journal was published.
 */
export class UpdateStage implements AsyncDisposable {
  readonly from: CopyState
  readonly to: CopyState
  /** Pages of the scratch file, in its order. Each once. */
  readonly pageNumbers: number[] = []
  readonly scratch: FileHandle
  readonly journalPath: string
  readonly #env: Env
  readonly #database: FileHandle
  readonly #scratchPath: string
  readonly #journalHandle: FileHandle
  readonly #journal: JournalWriter
  readonly #page: Uint8Array
  readonly #old: Uint8Array
  readonly #buffer: Uint8Array
  #buffered = 0
  #written = 0
  #hasPageOne = false

  private constructor(
    env: Env,
    database: FileHandle,
    states: { readonly from: CopyState; readonly to: CopyState },
    files: {
      readonly scratch: FileHandle
      readonly scratchPath: string
      readonly journal: FileHandle
      readonly journalPath: string
    },
  ) {
    this.#env = env
    this.#database = database
    this.from = states.from
    this.to = states.to
    this.scratch = files.scratch
    this.#scratchPath = files.scratchPath
    this.#journalHandle = files.journal
    this.journalPath = files.journalPath
    const { pageSize, commit } = states.from
    const nonce = Number.parseInt(env.random.hex(4), 16)
    this.#journal = new JournalWriter(files.journal, { pageSize, pages: commit }, nonce)
    this.#page = new Uint8Array(states.to.pageSize)
    this.#old = new Uint8Array(pageSize)
    this.#buffer = new Uint8Array(BUFFER_BYTES)
  }

  /** @param database The copy, which is in state `from`. Only read. */
  static async create(
    env: Env,
    output: OutputPath,
    database: FileHandle,
    states: { readonly from: CopyState; readonly to: CopyState },
  ): Promise<UpdateStage> {
    const pathOf = (what: string): string =>
      `${output.directory}/${temporaryName(env, `${output.name}${what}`)}`
    const scratchPath = pathOf('-pages')
    const journalPath = pathOf('-journal')
    const { mode } = await database.stat()
    const scratch = await env.files.open(scratchPath, 'create-new', { mode: mode & 0o600 })
    try {
      // whoever may read the copy must be able to read its journal
      const journal = await env.files.open(journalPath, 'create-new', { mode })
      return new UpdateStage(env, database, states, { scratch, scratchPath, journal, journalPath })
    } catch (error) {
      await scratch.close()
      await env.files.remove(scratchPath)
      throw error
    }
  }

  /**
   * A page of the new state. Each at most once; the lock page and pages beyond the end are ignored.
   *
   * @param data Borrowed.
   */
  async place(pageNumber: number, data: Uint8Array): Promise<void> {
    const { from, to } = this
    if (pageNumber > to.commit || pageNumber === lockPageNumber(to.pageSize)) return
    if (pageNumber === 1) {
      this.#hasPageOne = true
      this.#page.set(data)
      markPageOne(this.#page, to.txid)
      await this.#stage(1, this.#page)
      if (from.pageSize === to.pageSize) await this.#keepOld(1)
      return
    }
    if (from.pageSize !== to.pageSize) return await this.#stage(pageNumber, data)
    if (pageNumber > from.commit) return await this.#stage(pageNumber, data)
    const length = await this.#database.read(this.#old, (pageNumber - 1) * from.pageSize)
    if (length === data.length && equalBytes(this.#old, data)) return
    await this.#stage(pageNumber, data)
    await this.#journal.add(pageNumber, this.#old.fill(0, length))
  }

  /** All pages are there. Completes both files; the journal is durable when it resolves. */
  async finish(): Promise<void> {
    const { from, to } = this
    const isSameSize = from.pageSize === to.pageSize
    if (!this.#hasPageOne) {
      if (!isSameSize) throw new Error('invariant broken: another page size comes with every page')
      await this.#database.read(this.#page, 0)
      await this.place(1, this.#page.slice())
    }
    await this.#flush()
    const firstLost = isSameSize ? to.commit + 1 : 1
    for (let pageNumber = firstLost; pageNumber <= from.commit; pageNumber++) await this.#keepOld(pageNumber)
    await this.#journal.finish()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { files, logger } = this.#env
    for (const [handle, path] of [
      [this.scratch, this.#scratchPath],
      [this.#journalHandle, this.journalPath],
    ] as const) {
      try {
        await handle.close()
        await files.remove(path)
      } catch (error) {
        logger.log('warn', 'cannot remove a temporary file', { path, error: error as Error })
      }
    }
  }

  async #keepOld(pageNumber: number): Promise<void> {
    const { pageSize } = this.from
    if (pageNumber > this.from.commit || pageNumber === lockPageNumber(pageSize)) return
    const length = await this.#database.read(this.#old, (pageNumber - 1) * pageSize)
    await this.#journal.add(pageNumber, this.#old.fill(0, length))
  }

  async #stage(pageNumber: number, data: Uint8Array): Promise<void> {
    this.pageNumbers.push(pageNumber)
    if (this.#buffered + data.length > this.#buffer.length) await this.#flush()
    this.#buffer.set(data, this.#buffered)
    this.#buffered += data.length
  }

  async #flush(): Promise<void> {
    await this.scratch.write(this.#buffer.subarray(0, this.#buffered), this.#written)
    this.#written += this.#buffered
    this.#buffered = 0
  }
}
