import type { FileInfo, ReplicaClient } from '@ltx/client-core'
import { type Env, systemErrorCode } from '@ltx/env'
import type { Txid } from '@ltx/format'
import { BrokenFile } from './broken-file.ts'
import { buildDatabase, type BuiltDatabase } from './build-database.ts'
import { isRestoreError, RestoreError } from './errors.ts'
import { checkOutput, parseOutputPath } from './output-path.ts'
import { ProgressReporter, type RestoreProgress } from './progress.ts'
import { Replanner } from './replanner.ts'
import { checkTarget, LATEST, type RestoreTarget } from './restore-target.ts'
import { StagedDatabase } from './staged-database.ts'

export interface RestoreOptions {
  readonly client: ReplicaClient
  readonly env: Env
  /** The database file to make. Its directory is made when missing. */
  readonly outputPath: string
  /** The latest state when absent. */
  readonly target?: RestoreTarget | undefined
  /** Requests to the storage under way at once, 8 when absent. */
  readonly parallelism?: number | undefined
  /** Replaces an existing output, and removes a `-wal`, `-shm` or `-journal` beside it, once the new file is ready. */
  readonly force?: boolean | undefined
  /**
   * Looks at the database before it gets its name, and rejects if it is not to be trusted: `PRAGMA integrity_check`, say. The path is
   * that of the temporary file; a `-wal` and `-shm` that it leaves there are removed.
   */
  readonly check?: ((path: string, signal?: AbortSignal) => Promise<void>) | undefined
  readonly onProgress?: ((event: RestoreProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /**
   * Permission bits of the database, exactly (no umask). When absent: those of the file that is replaced, else 0o644, which is what
   * SQLite gives a new database before the umask.
   */
  readonly mode?: number | undefined
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

const PARALLELISM = 8
const PARALLELISM_MAX = 256
const DATABASE_MODE = 0o644
const DIRECTORY_MODE = 0o755

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
  const { client, env, signal, force = false, target = LATEST, parallelism = PARALLELISM } = options
  checkTarget(target)
  checkParallelism(parallelism)
  const output = parseOutputPath(options.outputPath)
  signal?.throwIfAborted()
  const replacedMode = await checkOutput(env.files, output, force)
  const progress = new ProgressReporter(options.onProgress)
  progress.start('plan')
  const replanner = new Replanner(client, target, signal)
  await replanner.plan()
  let databaseBytes: number | null = null
  try {
    await env.files.makeDirectory(output.directory, { mode: DIRECTORY_MODE })
    await using staged = await StagedDatabase.create(
      env,
      output,
      options.mode ?? replacedMode ?? DATABASE_MODE,
    )
    const { handle } = staged
    const onSize = (bytes: number): void => void (databaseBytes = bytes)
    const isReadNext = options.check !== undefined
    const build = { client, env, handle, target, parallelism, isReadNext, progress, signal, onSize }
    const built = await buildFirstSound(replanner, build)
    const result = resultOf(built, replanner)
    progress.start('sync')
    await staged.seal(result.bytes)
    if (options.check !== undefined) {
      progress.start('check')
      await runCheck(options.check, staged.temporaryPath, signal)
      await staged.removeSidecars()
    }
    signal?.throwIfAborted()
    await staged.publish(force)
    progress.start('done')
    return result
  } catch (error) {
    throw translated(error, output.path, databaseBytes)
  }
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

async function runCheck(
  check: NonNullable<RestoreOptions['check']>,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await check(path, signal)
  } catch (error) {
    signal?.throwIfAborted()
    const found = error instanceof Error ? error.message : String(error)
    throw new RestoreError(
      'RESTORE_CHECK_FAILED',
      `the restored database does not pass the check: ${found}; nothing was put in place. Restore an earlier transaction, and check the source`,
      { cause: error },
    )
  }
}

/** The failures of the output's disk that have an advice of their own. */
function translated(error: unknown, path: string, databaseBytes: number | null): unknown {
  const code = systemErrorCode(error)
  if (isRestoreError(error) || (code !== 'ENOSPC' && code !== 'EDQUOT')) return error
  const needed = databaseBytes === null ? 'more space' : `${databaseBytes} bytes`
  return new RestoreError(
    'RESTORE_NO_SPACE',
    `the disk of ${path} is full: the database needs ${needed}, beside a file that it replaces; free some space or choose another output`,
    { cause: error },
  )
}

function checkParallelism(parallelism: number): void {
  if (Number.isInteger(parallelism) && parallelism >= 1 && parallelism <= PARALLELISM_MAX) return
  throw new RestoreError(
    'RESTORE_BAD_OPTIONS',
    `parallelism must be 1 to ${PARALLELISM_MAX}, not ${parallelism}`,
  )
}
