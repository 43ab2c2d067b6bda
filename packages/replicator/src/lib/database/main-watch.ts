import type { Env, FileStat } from '@ltx/env'
import { isUntouchedMain, rememberMain } from '../follow/main-identity.ts'
import type { WalPlace } from '../follow/position.ts'

/** A checkpoint that has not changed the file for so long is over, or was ended; it has told how far it came. */
const CHECKPOINT_MS_MAX = 5000

/** How far frames were moved into the database file, of which generation. */
export interface Moved {
  readonly wal: WalPlace | null
  readonly backfilled: number
}

/**
 * Whether the database file may hold what neither our position nor the WAL tells of: somebody has changed it while we did not hold a pin, or
 * beside SQLite while we did, or the machine was started again (engine.md §4). Such a database is followed at once and compared in the
 * background. Until that is done nothing is recorded of the file, so that a process that ends before leaves it to the next.
 */
export class MainWatch {
  readonly #env: Env
  readonly #metaPath: string
  #isSuspect: boolean
  #known: { readonly ctimeNs: bigint; readonly moved: string } | null = null
  /** It was changed, and no frames were moved. */
  #unexplained: { readonly ctimeNs: bigint; readonly sinceMs: number } | null = null

  /**
   * @param main As it is under the pin.
   * @param isProven It needs no comparison: a seal holds, or there is no position and all of it will be compared anyway.
   */
  constructor(env: Env, metaPath: string, main: FileStat, isProven: boolean) {
    this.#env = env
    this.#metaPath = metaPath
    this.#isSuspect = !isProven && !isUntouchedMain(env, metaPath, main)
    if (!this.#isSuspect) this.#remember(main, '')
  }

  get isSuspect(): boolean {
    return this.#isSuspect
  }

  /** The whole database has been compared. */
  clear(main: FileStat): void {
    this.#isSuspect = false
    this.#remember(main, '')
  }

  /** After a sync, under our pin: a checkpoint changes the file and moves frames. What changes it alone makes it suspect. */
  saw(main: FileStat, { wal, backfilled }: Moved): void {
    if (this.#isSuspect) return
    const moved = `${wal?.salt1}:${wal?.salt2}:${backfilled}`
    if (main.ctimeNs === this.#known?.ctimeNs || moved !== this.#known?.moved)
      return this.#remember(main, moved)
    const nowMs = this.#env.clock.elapsedMs()
    if (this.#unexplained?.ctimeNs !== main.ctimeNs) {
      this.#unexplained = { ctimeNs: main.ctimeNs, sinceMs: nowMs }
    } else if (nowMs - this.#unexplained.sinceMs >= CHECKPOINT_MS_MAX) this.#isSuspect = true
  }

  #remember(main: FileStat, moved: string): void {
    if (main.ctimeNs !== this.#known?.ctimeNs) rememberMain(this.#env, this.#metaPath, main)
    this.#known = { ctimeNs: main.ctimeNs, moved }
    this.#unexplained = null
  }
}
