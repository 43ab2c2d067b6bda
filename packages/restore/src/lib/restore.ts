import type { FileInfo, ReplicaClient } from '@ltx/client-core'
import type { FileHandle } from '@ltx/env'
import type { Txid } from '@ltx/format'
import { BrokenFile } from './broken-file.ts'
import { buildDatabase, type BuiltDatabase } from './build-database.ts'
import { RestoreError } from './errors.ts'
import { makeDatabase, type MakeOptions } from './make-database.ts'
import { checkOutput, parseOutputPath } from './output-path.ts'
import { ProgressReporter, type RestoreProgress } from './progress.ts'
import { Replanner } from './replanner.ts'
import { checkTarget, LATEST, type RestoreTarget } from './restore-target.ts'

export interface RestoreOptions extends MakeOptions {
  readonly client: ReplicaClient
  /** The latest state when absent. */
  readonly target?: RestoreTarget | undefined
  /**
   * The files of the replica, where somebody has asked for them already: what `listReplica` gives, with `exactTimestamps` if the target is
   * a moment. They are listed again when one of them turns out missing.
   */
  readonly listing?: Promise<ReadonlyMap<number, readonly FileInfo[]>> | undefined
  /** Requests to the storage under way at once, 8 when absent. */
  readonly parallelism?: number | undefined
  readonly onProgress?: ((event: RestoreProgress) => void) | undefined
}

export interface RestoreResult {
  /** The state that was restored: the one right after this transaction. */
  readonly txid: Txid
  /** When that transaction was replicated, by its file's header. Milliseconds since the Unix epoch. */
  readonly timestampMs: number
  /** Bytes. */
  readonly pageSize: number
  /** Size of the database in pages. */
  readonly commit: number
  /** Size of the database file. */
  readonly bytes: number
  /** The files that it was made of, oldest first. */
  readonly files: readonly FileInfo[]
  /** Files that a plan would have used but that are broken or missing. They should be looked at. */
  readonly replaced: readonly FileInfo[]
}

/** Requests to the storage at once, where the caller does not say. */
export const PARALLELISM = 8
const PARALLELISM_MAX = 256

/**
 * Makes a database file out of a replica, byte for byte the one that was replicated at that transaction (the lock page, which has no
 * content, is zeros). Needs no SQLite.
 *
 * The file appears whole and synced under its name, or not at all: on an error and on an abort nothing is left but directories that
 * were made. A file of the replica that is broken or missing is avoided if others hold the same transactions.
 *
 * @throws {RestoreError} every code but `RESTORE_TIME_OUT_OF_RANGE`
 * @throws {ClientError} as the storage says, after retries. An abort rejects with the signal's own reason, other trouble with the
 * output's disk with the system's own error.
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  return await restoreAnd(options, async () => {})
}

/**
 * The same; `finish` may change the database in its temporary file, before it is synced, checked and published.
 *
 * @throws what {@link restore} throws, and what `finish` does
 */
export async function restoreAnd(
  options: RestoreOptions,
  finish: (handle: FileHandle, result: RestoreResult) => Promise<void>,
): Promise<RestoreResult> {
  const { client, env, signal, force = false, target = LATEST, parallelism = PARALLELISM } = options
  checkTarget(target)
  checkParallelism(parallelism)
  const output = parseOutputPath(options.outputPath)
  signal?.throwIfAborted()
  const replacedMode = await checkOutput(env.files, output, force)
  const progress = new ProgressReporter(options.onProgress)
  progress.start('plan')
  const replanner = new Replanner(client, target, signal, options.listing)
  await replanner.plan()
  return await makeDatabase(options, { output, replacedMode, progress }, async ({ handle, onSize }) => {
    const isReadNext = options.check !== undefined
    const build = { client, env, handle, target, parallelism, isReadNext, progress, signal, onSize }
    const result = resultOf(await buildFirstSound(replanner, build), replanner)
    await finish(handle, result)
    return result
  })
}

type BuildParts = Omit<Parameters<typeof buildDatabase>[0], 'files'>

/** Builds from one plan after the other until one has no broken file. */
async function buildFirstSound(replanner: Replanner, build: BuildParts): Promise<BuiltDatabase> {
  for (;;) {
    const { files } = await replanner.plan()
    try {
      return await buildDatabase({ ...build, files })
    } catch (error) {
      if (!(error instanceof BrokenFile)) throw error
      await replanner.avoid(error)
      await build.handle.truncate(0)
    }
  }
}

function resultOf({ header, used }: BuiltDatabase, replanner: Replanner): RestoreResult {
  return {
    txid: header.maxTXID,
    timestampMs: header.timestampMs,
    pageSize: header.pageSize,
    commit: header.commit,
    bytes: header.commit * header.pageSize,
    files: used,
    replaced: replanner.avoided,
  }
}

/** @throws {RestoreError} `RESTORE_BAD_OPTIONS` */
export function checkParallelism(parallelism: number): void {
  if (Number.isInteger(parallelism) && parallelism >= 1 && parallelism <= PARALLELISM_MAX) return
  throw new RestoreError(
    'RESTORE_BAD_OPTIONS',
    `parallelism must be 1 to ${PARALLELISM_MAX}, not ${parallelism}`,
  )
}
