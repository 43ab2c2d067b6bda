import { isClientError, type ReplicaClient } from '@ltx/client-core'
import { type Env, sweepTemporaries } from '@ltx/env'
import type { Txid } from '@ltx/format'
import { RestoreError } from '../errors.ts'
import { type OutputPath, parseOutputPath } from '../output-path.ts'
import type { RestoreProgress } from '../progress.ts'
import { checkParallelism, PARALLELISM, restoreAnd } from '../restore.ts'
import type { LockDatabase } from './database-lock.ts'
import type { FollowEvent } from './follow-event.ts'
import { Follower, type FollowerParts } from './follower.ts'
import { markPageOne } from './page-one.ts'
import { readSidecar, SIDECAR_SUFFIX, writeSidecar } from './sidecar.ts'

export interface FollowOptions {
  readonly client: ReplicaClient
  readonly env: Env
  /** The copy. It is made if it is not there. */
  readonly outputPath: string
  readonly lock: LockDatabase
  /** Between two looks for new transactions; 1000 when absent, and for 0 or less. */
  readonly intervalMs?: number | undefined
  /** Makes a copy that does not say where it stands, or something else at that path, anew. */
  readonly force?: boolean | undefined
  /** Requests to the storage under way at once where the whole database is fetched, 8 when absent. */
  readonly parallelism?: number | undefined
  /** Looks at a database that was fetched as a whole, before it is used. */
  readonly check?: ((path: string, signal?: AbortSignal) => Promise<void>) | undefined
  /** Permission bits of the copy when it is made. */
  readonly mode?: number | undefined
  readonly onEvent?: ((event: FollowEvent) => void) | undefined
  /** Of the first restore. */
  readonly onProgress?: ((event: RestoreProgress) => void) | undefined
  /** Ends it: {@link follow} resolves then. While the copy is made for the first time it rejects with the reason. */
  readonly signal?: AbortSignal | undefined
}

export interface FollowResult {
  /** The state of the copy: the one right after this transaction. */
  readonly txid: Txid
}

const INTERVAL_MS = 1000

/** Pause after failures: twice as long after each, up to this or the interval. */
const RETRY_MS_MAX = 30_000

/** After so many failures in a row that are not the storage's the state is fetched by other files. */
const FAILURES_UNTIL_DISTRUST = 3

/** Beginnings of our temporary files beside a copy, after its name. */
const TEMPORARIES = ['-pages', '-journal', '-base', SIDECAR_SUFFIX]

/**
 * Keeps a copy of a replicated database that others read with SQLite at any time, and brings it up to date again and again. For them
 * each update is one transaction: they see the state before it or the one after it, never a mixture, also if this process or the
 * machine dies in the middle. Files are fetched and verified wholly before the copy is touched.
 *
 * The copy equals the source but for a few bytes of its first page: no WAL (18, 19) and another change counter (24 to 27, 92 to 95).
 * `NAME-txid` beside it says where it stands, as Litestream has it; with it the next call goes on. Nobody else should write to the
 * copy; who does is noticed, and the changes are undone.
 *
 * @returns when the signal fires.
 * @throws {RestoreError} for the first restore as `restore`; `RESTORE_EXISTS`: there is something at the path that was not followed.
 * Failures later on are events, and tried again for ever.
 */
export async function follow(options: FollowOptions): Promise<FollowResult> {
  const { env, signal, parallelism = PARALLELISM, onEvent = () => {} } = options
  checkParallelism(parallelism)
  const output = parseOutputPath(options.outputPath)
  signal?.throwIfAborted()
  const noted = await findCopy(options, output)
  const txid = noted ?? (await firstRestore(options, output))
  const parts: FollowerParts = { ...options, check: options.check, output, parallelism, signal, onEvent }
  await sweepTemporaries(env.files, output.directory, {
    isStale: ({ base }) =>
      TEMPORARIES.some((suffix) => base === output.name + suffix) || base.startsWith(`${output.name}-base.`),
  })
  let last = txid
  try {
    await using follower = await Follower.open(parts, txid)
    await followOn(follower, parts, options.intervalMs ?? 0, (now) => (last = now))
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error
  }
  return { txid: last }
}

async function followOn(
  follower: Follower,
  { env, signal, onEvent }: FollowerParts,
  intervalMs: number,
  onTxid: (txid: Txid) => void,
): Promise<void> {
  const pauseMs = intervalMs > 0 ? intervalMs : INTERVAL_MS
  for (let failures = 0; ;) {
    signal?.throwIfAborted()
    let sleepMs = pauseMs
    try {
      while (await follower.poll()) {
        failures = 0
        onTxid(follower.txid)
      }
      failures = 0
    } catch (error) {
      signal?.throwIfAborted()
      failures++
      sleepMs = Math.min(Math.max(pauseMs, RETRY_MS_MAX), pauseMs * 2 ** (failures - 1))
      onEvent({ kind: 'failed', error, consecutiveErrors: failures, retryMs: sleepMs })
      if (failures % FAILURES_UNTIL_DISTRUST === 0 && !isClientError(error)) follower.distrustFiles()
    }
    onTxid(follower.txid)
    await env.clock.sleep(sleepMs, { signal })
  }
}

/** Where a copy of an earlier run stands; `null` when one is to be made. */
async function findCopy({ env, force = false }: FollowOptions, output: OutputPath): Promise<Txid | null> {
  const there = await env.files.stat(output.path)
  if (there === null || there.size === 0) return null
  const sidecar = await readSidecar(env, output)
  if (sidecar.kind === 'txid') return sidecar.txid
  if (force) return null
  const path = output.path + SIDECAR_SUFFIX
  const found = sidecar.kind === 'missing' ? `${path} is missing` : `${path} does not hold a transaction id`
  throw new RestoreError(
    'RESTORE_EXISTS',
    `${output.path} exists, but ${found}: nobody knows where it stands; delete both, choose another output, or use force`,
  )
}

async function firstRestore(options: FollowOptions, output: OutputPath): Promise<Txid> {
  const { env, client, outputPath, force, parallelism, check, mode, onProgress, onEvent, signal } = options
  const restoring = { env, client, outputPath, force, parallelism, check, mode, onProgress, signal }
  try {
    const result = await restoreAnd(restoring, async (handle, { txid, pageSize }) => {
      const page = new Uint8Array(pageSize)
      await handle.read(page, 0)
      markPageOne(page, txid)
      await handle.write(page, 0)
      await writeSidecar(env, output, txid) // before the copy has its name: there is none without it
    })
    onEvent?.({ kind: 'restored', txid: result.txid, result })
    return result.txid
  } catch (error) {
    await removeSidecar(env, output, error)
    throw error
  }
}

/** It belongs to a copy that has not come into being. */
async function removeSidecar(env: Env, output: OutputPath, cause: unknown): Promise<void> {
  const path = output.path + SIDECAR_SUFFIX
  try {
    await env.files.remove(path)
  } catch (error) {
    env.logger.log('warn', 'cannot remove the note of a copy that could not be made', {
      path,
      error: error as Error,
      because: String(cause),
    })
  }
}
