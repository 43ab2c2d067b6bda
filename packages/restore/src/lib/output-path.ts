import { basename, dirname } from 'node:path'
import type { Files } from '@ltx/env'
import { RestoreError } from './errors.ts'

/** What SQLite keeps beside a database, in the order in which they may go: without `-shm` the others are still understood. */
export const SIDECARS = ['-shm', '-wal', '-journal'] as const

/** Where a restored database goes. */
export interface OutputPath {
  readonly path: string
  readonly directory: string
  readonly name: string
}

/** @throws {RestoreError} `RESTORE_BAD_OPTIONS` */
export function parseOutputPath(path: string): OutputPath {
  const name = basename(path)
  if (path.endsWith('/') || name === '' || name === '.' || name === '..') {
    throw new RestoreError('RESTORE_BAD_OPTIONS', `the output must be the path of a file, not "${path}"`)
  }
  return { path, directory: dirname(path), name }
}

/**
 * Refuses an output that would be overwritten, or that would be opened together with another database's `-wal`. An empty file is fine.
 *
 * @param force Only a directory or another thing that is no file is refused.
 * @returns Permission bits of the file that is there, else `null`.
 * @throws {RestoreError} `RESTORE_EXISTS`, `RESTORE_STALE_SIDECAR`
 */
export async function checkOutput(
  files: Pick<Files, 'stat'>,
  output: OutputPath,
  force: boolean,
): Promise<number | null> {
  const there = await files.stat(output.path)
  if (there !== null && there.kind !== 'file') {
    throw new RestoreError(
      'RESTORE_EXISTS',
      `${output.path} is ${there.kind === 'directory' ? 'a directory' : 'a device, a pipe or a socket'}, not a file; choose another output`,
    )
  }
  if (force) return there?.mode ?? null
  if (there !== null && there.size > 0) {
    throw new RestoreError(
      'RESTORE_EXISTS',
      `${output.path} exists (${there.size} bytes); choose another output, or use force to replace it`,
    )
  }
  for (const suffix of SIDECARS) {
    if ((await files.stat(output.path + suffix)) === null) continue
    throw new RestoreError(
      'RESTORE_STALE_SIDECAR',
      `${output.path}${suffix} is left of another database and would spoil the restored one; ` +
        'move it away, or use force to remove it',
    )
  }
  return there?.mode ?? null
}
