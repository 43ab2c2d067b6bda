import { type Env, type FileHandle, systemErrorCode } from '@ltx/env'
import { isRestoreError, RestoreError } from './errors.ts'
import { sweepLeftBehind } from './left-behind.ts'
import type { OutputPath } from './output-path.ts'
import type { ProgressReporter } from './progress.ts'
import { StagedDatabase } from './staged-database.ts'

export interface MakeOptions {
  readonly env: Env
  /** The database file to make. Its directory is made when missing. */
  readonly outputPath: string
  /** Replaces an existing output, and removes a `-wal`, `-shm` or `-journal` beside it, once the new file is ready. */
  readonly force?: boolean | undefined
  /**
   * Looks at the database before it gets its name, and rejects if it is not to be trusted: `PRAGMA integrity_check`, say. The path is
   * that of the temporary file; a `-wal` and `-shm` that it leaves there are removed.
   */
  readonly check?: ((path: string, signal?: AbortSignal) => Promise<void>) | undefined
  readonly signal?: AbortSignal | undefined
  /**
   * Permission bits of the database, exactly (no umask). When absent: those of the file that is replaced, else 0o644, which is what
   * SQLite gives a new database before the umask.
   */
  readonly mode?: number | undefined
}

interface MakeParts {
  readonly output: OutputPath
  readonly replacedMode: number | null
  readonly progress: ProgressReporter
}

interface Building {
  /** An empty file. */
  readonly handle: FileHandle
  /** Told as soon as the size is known: not proven yet, and enough for an error message. */
  readonly onSize: (bytes: number) => void
}

const DATABASE_MODE = 0o644
const DIRECTORY_MODE = 0o755

/**
 * Lets `build` fill a temporary file, and gives it its name when it is whole, synced and checked. On an error and on an abort nothing
 * is left but directories that were made.
 *
 * @returns what `build` returned: `bytes` is the size of the database.
 * @throws {RestoreError} `RESTORE_EXISTS`, `RESTORE_STALE_SIDECAR`, `RESTORE_CHECK_FAILED`, `RESTORE_NO_SPACE`, and what `build` throws
 */
export async function makeDatabase<Built extends { readonly bytes: number }>(
  options: MakeOptions,
  { output, replacedMode, progress }: MakeParts,
  build: (building: Building) => Promise<Built>,
): Promise<Built> {
  const { env, signal, force = false } = options
  let databaseBytes: number | null = null
  try {
    await env.files.makeDirectory(output.directory, { mode: DIRECTORY_MODE })
    const mode = options.mode ?? replacedMode ?? DATABASE_MODE
    await sweepLeftBehind(env, output.directory, [output.name])
    await using staged = await StagedDatabase.create(env, output, mode)
    const onSize = (bytes: number): void => void (databaseBytes = bytes)
    const result = await build({ handle: staged.handle, onSize })
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

async function runCheck(
  check: NonNullable<MakeOptions['check']>,
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
