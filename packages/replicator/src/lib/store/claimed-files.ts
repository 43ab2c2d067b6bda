import type { Files } from '@ltx/env'
import { ReplicatorError } from '../errors.ts'

/**
 * Which database of a Store follows which file. A hard or symbolic link gives a file a second name; followed under both, it would have two
 * state folders and two replicas that know nothing of each other.
 */
export class ClaimedFiles {
  readonly #files: Pick<Files, 'stat'>
  readonly #isFollowed: (path: string) => boolean
  /** `device:inode` → path. An entry may be out of date: it is looked at again before it counts. */
  readonly #paths = new Map<string, string>()

  /** @param isFollowed Whether the Store still has a database of this path. */
  constructor(files: Pick<Files, 'stat'>, isFollowed: (path: string) => boolean) {
    this.#files = files
    this.#isFollowed = isFollowed
  }

  /**
   * Call it before a database is opened, and again when another file has its name. A missing file is nobody's.
   *
   * @throws {ReplicatorError} `REPLICATOR_TWO_NAMES` when another path leads to the same file
   */
  async claim(path: string): Promise<void> {
    const file = await this.#fileOf(path)
    if (file === null) return
    const other = this.#paths.get(file)
    if (
      other !== undefined &&
      other !== path &&
      this.#isFollowed(other) &&
      (await this.#fileOf(other)) === file
    ) {
      const message = `${path} is the same file as ${other}, which is followed already (a hard or symbolic link). Use one of the two names`
      throw new ReplicatorError('REPLICATOR_TWO_NAMES', message)
    }
    this.#paths.set(file, path)
  }

  async #fileOf(path: string): Promise<string | null> {
    const stat = await this.#files.stat(path)
    return stat === null ? null : `${stat.dev}:${stat.ino}`
  }
}
