import type { FileInfo, ReplicaClient } from '@ltx/client-core'
import { formatTxid, type Txid } from '@ltx/format'
import type { BrokenFile } from './broken-file.ts'
import { isRestoreError, RestoreError } from './errors.ts'
import { fileLabel } from './file-label.ts'
import { listReplica } from './list-replica.ts'
import { planRestore, type RestorePlan } from './plan-restore.ts'
import type { RestoreTarget } from './restore-target.ts'

type Listed = Promise<ReadonlyMap<number, readonly FileInfo[]>>

/** Plans that are given up because of a broken file before the restore is. */
const PLANS_MAX = 1000

/** Plans a restore, and plans again around files that turn out broken. A later plan never reaches less far than the first. */
export class Replanner {
  readonly #client: ReplicaClient
  readonly #target: RestoreTarget
  readonly #signal: AbortSignal | undefined
  readonly #avoided = new Map<string, FileInfo>()
  /** Taken in place of the first listing. */
  #given: Listed | null
  #listing: ReadonlyMap<number, readonly FileInfo[]> | null = null
  #plan: RestorePlan | null = null
  #reach: Txid | null = null

  /** @param listing As in `RestoreOptions`. */
  constructor(
    client: ReplicaClient,
    target: RestoreTarget,
    signal: AbortSignal | undefined,
    listing: Listed | null = null,
  ) {
    this.#client = client
    this.#target = target
    this.#signal = signal
    this.#given = listing
  }

  /** Files that turned out broken, in the order in which they did. */
  get avoided(): FileInfo[] {
    return [...this.#avoided.values()]
  }

  /**
   * The plan as things stand. Lists the replica if that has not been done.
   *
   * @throws {RestoreError} as `planRestore`
   */
  async plan(): Promise<RestorePlan> {
    if (this.#plan !== null) return this.#plan
    this.#listing ??= await this.#list()
    this.#plan = planRestore(this.#listing, this.#target, new Set(this.#avoided.keys()))
    this.#reach ??= this.#plan.maxTXID
    return this.#plan
  }

  #list(): Listed {
    const given = this.#given
    this.#given = null
    const exactTimestamps = this.#target.kind === 'timestamp'
    return given ?? listReplica(this.#client, { exactTimestamps, signal: this.#signal })
  }

  /**
   * Goes on without a file. One that is missing says that the replica has changed: it is listed again.
   *
   * @throws {RestoreError} `RESTORE_CORRUPT` when there is no other way to the same state
   */
  async avoid(broken: BrokenFile): Promise<void> {
    const label = fileLabel(broken.file)
    if (this.#avoided.has(label) || this.#avoided.size === PLANS_MAX) throw unavoidable(broken, null)
    this.#avoided.set(label, broken.file)
    this.#plan = null
    if (broken.isMissing) this.#listing = null
    try {
      const { maxTXID } = await this.plan()
      if (this.#reach !== null && maxTXID < this.#reach) throw unavoidable(broken, maxTXID)
    } catch (error) {
      if (!isRestoreError(error)) throw error
      throw unavoidable(broken, error.below)
    }
  }
}

function unavoidable(broken: BrokenFile, below: Txid | null): RestoreError {
  const advice =
    below === null
      ? 'use another copy of the replica'
      : `restore transaction ${formatTxid(below)} instead, or use another copy of the replica`
  return new RestoreError(
    'RESTORE_CORRUPT',
    `file ${fileLabel(broken.file)} cannot be used (${broken.message}) and no other files hold its transactions; ${advice}`,
    { cause: broken, below }, // the failed plan would only say the same in other words
  )
}
