import {
  checkLevel,
  collectFiles,
  compareFiles,
  LEVEL_MAX,
  type CallOptions,
  type FileInfo,
  type FileKey,
  type ReplicaClient,
} from '@ltx/client-core'
import type { Txid } from '@ltx/format'

/**
 * What one replica holds. Listed once, when the process starts; from then on it is told of every file we write and delete, so that an
 * idle database makes no request. (Nobody else may write there: create-only uploads notice who does.)
 *
 * Times of files from the listing are the storage's own where the header's would cost a request per file. They are never earlier than
 * the header's, so what depends on a file's age waits longer, never shorter.
 */
export class RemoteFiles {
  readonly #levels: FileInfo[][] = Array.from({ length: LEVEL_MAX + 1 }, () => [])

  /** Lists all levels at once. */
  static async load(
    client: Pick<ReplicaClient, 'listFiles'>,
    options: CallOptions = {},
  ): Promise<RemoteFiles> {
    const remote = new RemoteFiles()
    await Promise.all(remote.#levels.map((_, level) => remote.reload(client, level, options)))
    return remote
  }

  /**
   * Lists one level again, where it may have turned out differently from what we know. What we know of a file that is still there is
   * kept: its times are exact. Nothing changes if the listing fails.
   */
  async reload(
    client: Pick<ReplicaClient, 'listFiles'>,
    level: number,
    options: CallOptions = {},
  ): Promise<void> {
    checkLevel(level)
    const listed = await collectFiles(client.listFiles(level, { signal: options.signal }))
    const known = new Map(this.level(level).map((file) => [nameOf(file), file]))
    this.#levels[level] = listed.toSorted(compareFiles).map((file) => {
      const ours = known.get(nameOf(file))
      return ours?.size === file.size ? ours : file
    })
  }

  /** Ascending. A live view: not to be kept across an `await`. */
  level(level: number): readonly FileInfo[] {
    checkLevel(level)
    return this.#levels[level] ?? []
  }

  /** All levels; the index is the level. A live view. */
  get levels(): readonly (readonly FileInfo[])[] {
    return this.#levels
  }

  /** The file of a level that reaches furthest; `null` if it is empty. */
  newest(level: number): FileInfo | null {
    return furthest(this.level(level))
  }

  /** The highest TXID over all levels; `null` if nothing is stored. */
  maxTXID(): Txid | null {
    return furthest(this.#levels.flatMap((files) => furthest(files) ?? []))?.maxTXID ?? null
  }

  /** Takes up a file that was written; in place of the one of the same name, if there is one. */
  add(info: FileInfo): void {
    checkLevel(info.level)
    const files = this.#levels[info.level] ?? []
    let index = files.length // new files nearly always go to the end
    while (index > 0 && compareFiles(files[index - 1]!, info) >= 0) index--
    const present = files[index]
    const replaces = present !== undefined && compareFiles(present, info) === 0
    files.splice(index, replaces ? 1 : 0, info)
  }

  /** Drops files that were deleted. Unknown ones are fine. */
  remove(removed: readonly FileKey[]): void {
    for (const [level, files] of this.#levels.entries()) {
      const names = new Set(removed.filter((file) => file.level === level).map(nameOf))
      if (names.size > 0) this.#levels[level] = files.filter((file) => !names.has(nameOf(file)))
    }
  }

  /** After everything that is stored was deleted. */
  forgetAll(): void {
    for (const level of this.#levels.keys()) this.#levels[level] = []
  }
}

function nameOf(file: FileKey): string {
  return `${file.minTXID}-${file.maxTXID}`
}

function furthest(files: readonly FileInfo[]): FileInfo | null {
  return files.reduce<FileInfo | null>(
    (best, file) => (best === null || file.maxTXID > best.maxTXID ? file : best),
    null,
  )
}
