import type { LegacyObject, ReplicaClient } from '@ltx/client-core'
import { makeDatabase, type MakeOptions } from '../make-database.ts'
import { checkOutput, parseOutputPath } from '../output-path.ts'
import { ProgressReporter, type RestoreProgress } from '../progress.ts'
import { checkParallelism, PARALLELISM } from '../restore.ts'
import { LATEST } from '../restore-target.ts'
import { applyLegacyPlan } from './apply-plan.ts'
import { type LegacyTarget, planLegacy } from './plan.ts'
import { listLegacy } from './read-legacy.ts'

export interface RestoreLegacyOptions extends MakeOptions {
  readonly client: ReplicaClient
  /** The latest state when absent. */
  readonly target?: LegacyTarget | undefined
  /** Only this generation (16 hex digits); that of the newest snapshot when absent. */
  readonly generation?: string | undefined
  /** Small objects that are fetched at once, 8 when absent. */
  readonly parallelism?: number | undefined
  readonly onProgress?: ((event: RestoreProgress) => void) | undefined
}

export interface LegacyRestoreResult {
  readonly generation: string
  /** When the newest object that was used was stored. Milliseconds since the Unix epoch. */
  readonly timestampMs: number
  /** Bytes. */
  readonly pageSize: number
  /** Size of the database in pages. */
  readonly commit: number
  /** Size of the database file. */
  readonly bytes: number
  /** What it was made of: the snapshot, then pieces of WAL in order. */
  readonly objects: readonly LegacyObject[]
}

/**
 * Makes a database file out of a replica that Litestream 0.3 wrote: the newest snapshot, and after it the WAL of its generation, as
 * SQLite's own checkpoint would apply it. Needs no SQLite. A piece of WAL that is missing or broken is an error that names it; nobody
 * gets an older state than asked for.
 *
 * The file appears whole and synced under its name, or not at all. While it is made, the longest of the WALs lies beside it.
 *
 * @throws {RestoreError} `RESTORE_NOTHING`, `RESTORE_GAP`, `RESTORE_CORRUPT`, `RESTORE_EXISTS`, `RESTORE_STALE_SIDECAR`,
 * `RESTORE_BAD_OPTIONS`, `RESTORE_CHECK_FAILED`, `RESTORE_NO_SPACE`
 * @throws {ClientError} as the storage says, after retries. An abort rejects with the signal's own reason.
 */
export async function restoreLegacy(options: RestoreLegacyOptions): Promise<LegacyRestoreResult> {
  const { client, env, signal, force = false, target = LATEST as LegacyTarget } = options
  const { parallelism = PARALLELISM, generation } = options
  checkParallelism(parallelism)
  const output = parseOutputPath(options.outputPath)
  signal?.throwIfAborted()
  const replacedMode = await checkOutput(env.files, output, force)
  const progress = new ProgressReporter(options.onProgress)
  progress.start('plan')
  const plan = planLegacy(await listLegacy(client, env, signal), target, generation)
  const objects = [plan.snapshot, ...plan.wals.flatMap((wal) => wal.segments)]
  return await makeDatabase(options, { output, replacedMode, progress }, async ({ handle, onSize }) => {
    const apply = { client, env, output, handle, target, parallelism, progress, signal, onSize }
    const { pageSize, commit } = await applyLegacyPlan(plan, apply)
    return {
      generation: plan.snapshot.generation,
      timestampMs: plan.timestampMs,
      pageSize,
      commit,
      bytes: pageSize * commit,
      objects: objects.map(({ path, size, modifiedAtMs }) => ({ path, size, modifiedAtMs })),
    }
  })
}
