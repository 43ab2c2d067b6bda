import { basename } from 'node:path'
import { temporaryName, type Env } from '@ltx/env'
import type { OpenDatabase } from './open-database.ts'

/**
 * Closes connections and descriptors, in the order that keeps SQLite's locks.
 *
 * SQLite's last close deletes the `-wal` by its name, also when that leads to a newer file than the one it has open: after our locks
 * were lost, an application may have deleted the old one, begun another, and died. Its commits are in there alone, so that file gets a
 * second name for as long as we close, and its own again if it lost it. Whoever has begun yet another meanwhile keeps that.
 */
export function closeDatabase(env: Env, { pin, files }: OpenDatabase): void {
  const spare = files.hasNewerWal() ? spareName(env, files.path) : null
  try {
    pin.close()
    if (spare !== null) putBack(env, files.path, spare)
  } finally {
    if (spare !== null) env.blockingFiles.remove(spare)
    files.close()
  }
}

/** A second name for the WAL; `null` when it cannot be had. */
function spareName(env: Env, path: string): string | null {
  const spare = temporaryName(env, `${path}-wal`)
  try {
    env.blockingFiles.link(`${path}-wal`, spare)
    return spare
  } catch (cause) {
    const error = cause instanceof Error ? cause : null
    env.logger.log('error', 'a WAL that is not ours cannot be kept from being deleted by SQLite', {
      db: basename(path),
      error,
    })
    return null
  }
}

function putBack(env: Env, path: string, spare: string): void {
  try {
    env.blockingFiles.link(spare, `${path}-wal`)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return
    throw error
  }
  env.logger.log(
    'error',
    'SQLite deleted a WAL that was not its own, since its locks were lost; it has been put back',
    {
      db: basename(path),
      hint: 'do not open the database file with fs in the process that replicates it',
    },
  )
}
