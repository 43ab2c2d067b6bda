import { collectFiles, type FileInfo, type ReplicaClient } from '@ltx/client-core'
import { type Env, type FileHandle, temporaryName } from '@ltx/env'
import { nextTxid, type Txid } from '@ltx/format'
import { RestoreError } from '../errors.ts'
import { listReplica } from '../list-replica.ts'
import type { OutputPath } from '../output-path.ts'
import { restore } from '../restore.ts'
import { applyUpdate } from './apply-update.ts'
import { type LockDatabase, whileLocked } from './database-lock.ts'
import type { FollowEvent, RebaseReason } from './follow-event.ts'
import { lookFurther, newestOf } from './look-further.ts'
import { OtherPageSize, stageDatabase, stageFiles, type Staged } from './new-content.ts'
import { type CopyLook, isAsLeft, lookAtCopy, sameLook, txidOf } from './copy-look.ts'
import { planFollow } from './plan-follow.ts'
import { rollBack } from './rollback-journal.ts'
import { writeSidecar } from './sidecar.ts'
import type { CopyState } from './stage-update.ts'

/** One update takes so many compressed bytes of files, or a single larger one, and so many files. */
const UPDATE_BYTES_MAX = 64 * 1024 * 1024
const UPDATE_FILES_MAX = 512

/** An idle follower looks at level 0 alone at each poll, and at all levels at least so often. */
const FULL_LOOK_MS = 30_000

export interface FollowerParts {
  readonly client: ReplicaClient
  readonly env: Env
  readonly output: OutputPath
  readonly lock: LockDatabase
  readonly parallelism: number
  readonly check: ((path: string, signal?: AbortSignal) => Promise<void>) | undefined
  readonly signal: AbortSignal | undefined
  readonly onEvent: (event: FollowEvent) => void
}

/**
 * A copy of a replicated database that is brought up to date again and again. Every change of it is one transaction of SQLite's kind,
 * from one state that the source had to a later one.
 */
export class Follower implements AsyncDisposable {
  readonly #parts: FollowerParts
  readonly #database: FileHandle
  #txid: Txid
  /** What the file beside the copy says. */
  #noted: Txid
  /** The copy is in the state that `#txid` had. */
  #isKnown = false
  #rebaseNext: RebaseReason | null = null
  #suspicion: RebaseReason | null = null
  #lookedMs = -Infinity

  private constructor(parts: FollowerParts, database: FileHandle, txid: Txid) {
    this.#parts = parts
    this.#database = database
    this.#txid = txid
    this.#noted = txid
  }

  /** Goes on with a copy of which `txid` was noted. */
  static async open(parts: FollowerParts, txid: Txid): Promise<Follower> {
    const { env, output } = parts
    const follower = new Follower(parts, await env.files.open(output.path, 'read-write'), txid)
    try {
      await follower.#whileLocked(() =>
        rollBack(env.files, output.path, follower.#database, output.directory),
      )
      return follower
    } catch (error) {
      await follower[Symbol.asyncDispose]()
      throw error
    }
  }

  /** The state of the copy: the one right after this transaction. */
  get txid(): Txid {
    return this.#txid
  }

  /** Files could not be used several times: the next poll makes the copy equal to the newest state by others. */
  distrustFiles(): void {
    this.#rebaseNext = 'broken'
  }

  /**
   * Brings the copy a step further.
   *
   * @returns whether there may be more to do at once
   * @throws what went wrong; the copy is in a state that the source had, and the next poll tries again
   */
  async poll(): Promise<boolean> {
    const { client, signal } = this.#parts
    await this.#note()
    if (!this.#isKnown) await this.#identify()
    if (this.#rebaseNext !== null) return await this.#rebase(this.#rebaseNext)
    const from = nextTxid(this.#txid)
    const fresh = await collectFiles(client.listFiles(0, { from, signal }))
    let plan: readonly FileInfo[] = planFollow(fresh, this.#txid)
    if (plan.length === 0 && (fresh.length > 0 || this.#isLookDue())) plan = await this.#lookFurther(fresh)
    if (this.#rebaseNext !== null) return await this.#rebase(this.#rebaseNext)
    if (plan.length === 0) return false
    this.#suspicion = null
    return await this.#applyFiles(oneUpdate(plan))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.close()
  }

  #isLookDue(): boolean {
    return this.#parts.env.clock.elapsedMs() - this.#lookedMs >= FULL_LOOK_MS
  }

  async #lookFurther(fresh: readonly FileInfo[]): Promise<readonly FileInfo[]> {
    const { client, env, signal } = this.#parts
    const outlook = await lookFurther(client, this.#txid, fresh, signal)
    this.#lookedMs = env.clock.elapsedMs()
    switch (outlook.kind) {
      case 'plan':
        return outlook.plan
      case 'up-to-date':
        this.#suspicion = null
        return []
      case 'empty':
        this.#lookedMs = -Infinity
        throw new RestoreError('RESTORE_NOTHING', 'the replica holds no files any more')
      case 'pruned':
      case 'behind':
        // files may have come and gone between two listings: only what is seen twice is believed
        if (this.#suspicion === outlook.kind) this.#rebaseNext = outlook.kind
        this.#suspicion = outlook.kind
        this.#lookedMs = -Infinity
        return []
    }
  }

  /** Finds out which state the copy is in, where the note beside it does not say. */
  async #identify(): Promise<void> {
    const { client, signal, onEvent } = this.#parts
    const look = await this.#look()
    let txid: Txid | null = isAsLeft(look, this.#txid) ? this.#txid : null
    if (txid === null) {
      const files = [...(await listReplica(client, { signal })).values()].flat()
      txid = txidOf(look, this.#txid, newestOf(files))
    }
    this.#isKnown = true
    if (txid === null) {
      this.#rebaseNext = 'changed'
      return
    }
    const isAhead = txid !== this.#txid
    this.#txid = txid
    onEvent({ kind: 'resumed', txid, isAhead })
    await this.#note()
  }

  async #applyFiles(plan: readonly FileInfo[]): Promise<boolean> {
    const { env, onEvent } = this.#parts
    const startedMs = env.clock.elapsedMs()
    const look = await this.#look()
    if (!isAsLeft(look, this.#txid)) return this.#rebaseLater('changed')
    const fromTXID = this.#txid
    let staged: Staged
    try {
      staged = await stageFiles(this.#staging(), plan, stateOf(look, fromTXID))
    } catch (error) {
      if (error instanceof OtherPageSize) return this.#rebaseLater('page-size')
      throw error
    }
    if (!(await this.#apply(staged, look))) return true
    onEvent({ kind: 'applied', fromTXID, files: plan.length, ...this.#applied(staged, startedMs) })
    await this.#note()
    return true
  }

  #rebaseLater(reason: RebaseReason): true {
    this.#rebaseNext = reason
    return true
  }

  /** Makes the copy equal to the newest state of the replica, whatever it holds now. */
  async #rebase(reason: RebaseReason): Promise<boolean> {
    const { client, env, output, parallelism, check, signal, onEvent } = this.#parts
    this.#rebaseNext = null // if this fails, it will be found again
    this.#suspicion = null
    const startedMs = env.clock.elapsedMs()
    const look = await this.#look()
    const fromTXID = this.#txid
    const outputPath = `${output.directory}/${temporaryName(env, `${output.name}-base`)}`
    let staged: Staged
    try {
      const result = await restore({ client, env, outputPath, parallelism, check, signal, mode: 0o600 })
      await using fresh = await env.files.open(outputPath, 'read')
      const states = { from: stateOf(look, fromTXID), to: result }
      const update = await stageDatabase(this.#staging(), fresh, states)
      staged = { update, timestampMs: result.timestampMs }
    } catch (error) {
      if (reason === 'changed') this.#isKnown = false
      throw error
    } finally {
      await env.files.remove(outputPath)
    }
    if (!(await this.#apply(staged, look))) return true
    onEvent({ kind: 'rebased', reason, fromTXID, ...this.#applied(staged, startedMs) })
    await this.#note()
    return true
  }

  /** @returns false when somebody else has changed the copy meanwhile */
  async #apply({ update }: Staged, look: CopyLook): Promise<boolean> {
    const { env, output } = this.#parts
    await using staged = update
    return await this.#whileLocked(async () => {
      await rollBack(env.files, output.path, this.#database, output.directory)
      if (!sameLook(look, await this.#look())) {
        this.#rebaseNext = 'changed'
        return false
      }
      await applyUpdate(env, output, this.#database, staged)
      this.#txid = staged.to.txid
      return true
    })
  }

  #applied({ update, timestampMs }: Staged, startedMs: number) {
    const { clock } = this.#parts.env
    return {
      txid: update.to.txid,
      pages: update.pageNumbers.length,
      lagMs: Math.max(0, clock.wallMs() - timestampMs),
      durationMs: clock.elapsedMs() - startedMs,
    }
  }

  /** Writes down where the copy stands, if that is not done yet. */
  async #note(): Promise<void> {
    if (!this.#isKnown || this.#noted === this.#txid) return
    await writeSidecar(this.#parts.env, this.#parts.output, this.#txid)
    this.#noted = this.#txid
  }

  #look(): Promise<CopyLook> {
    return lookAtCopy(this.#database, this.#parts.output.path)
  }

  #staging() {
    const { env, client, output, signal } = this.#parts
    return { env, client, output, database: this.#database, signal }
  }

  async #whileLocked<Result>(act: () => Promise<Result>): Promise<Result> {
    const { env, lock, output, signal, onEvent } = this.#parts
    const onWaiting = (waitedMs: number): void => onEvent({ kind: 'waiting', waitedMs })
    return await whileLocked(output.path, { clock: env.clock, lock, signal, onWaiting }, act)
  }
}

function stateOf({ pageSize, size }: CopyLook, txid: Txid): CopyState {
  return { txid, pageSize, commit: Math.ceil(size / pageSize) }
}

/** The beginning of a plan that one update takes. */
function oneUpdate(plan: readonly FileInfo[]): readonly FileInfo[] {
  let bytes = 0
  const end = plan.findIndex((file, index) => {
    bytes += file.size
    return index > 0 && (bytes > UPDATE_BYTES_MAX || index >= UPDATE_FILES_MAX)
  })
  return end === -1 ? plan : plan.slice(0, end)
}
