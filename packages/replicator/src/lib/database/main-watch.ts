import type { Env, FileStat } from '@ltx/env'
import { isUntouchedMain, rememberMain } from '../follow/main-identity.ts'

/**
 * Whether the database file may hold what neither our position nor the WAL tells of: somebody has changed it while we did not hold a pin, or
 * the machine was started again (engine.md §4). Such a database is followed at once and compared in the background. Until that is done
 * nothing is recorded of the file, so that a process that ends before leaves it to the next.
 */
export class MainWatch {
  readonly #env: Env
  readonly #metaPath: string
  #isSuspect: boolean
  #knownCtimeNs: bigint | null = null

  /**
   * @param main As it is under the pin.
   * @param isProven It needs no comparison: a seal holds, or there is no position and all of it will be compared anyway.
   */
  constructor(env: Env, metaPath: string, main: FileStat, isProven: boolean) {
    this.#env = env
    this.#metaPath = metaPath
    this.#isSuspect = !isProven && !isUntouchedMain(env, metaPath, main)
    this.remember(main)
  }

  get isSuspect(): boolean {
    return this.#isSuspect
  }

  /** The whole database has been compared. */
  clear(main: FileStat): void {
    this.#isSuspect = false
    this.remember(main)
  }

  /** Under our pin: what has changed in the file came by a checkpoint. Without effect while it is suspect. */
  remember(main: FileStat): void {
    if (this.#isSuspect || main.ctimeNs === this.#knownCtimeNs) return
    rememberMain(this.#env, this.#metaPath, main)
    this.#knownCtimeNs = main.ctimeNs
  }
}
