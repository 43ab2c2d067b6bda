import { join } from 'node:path'
import { CommandError } from '../program/errors.ts'
import { isFollowedBySomebody } from './ask-daemon.ts'
import { fileBytes } from './local-state.ts'

/**
 * Runs `action` while this process owns the state folder, so that no replicator can be at work in it.
 *
 * @throws {CommandError} when one is, also while the database sleeps and nobody has the lock
 */
export async function withStateLock<Result>(
  metaPath: string,
  action: () => Promise<Result>,
): Promise<Result> {
  if (await isFollowedBySomebody(metaPath))
    throw new CommandError(
      'a replicator is at work on this database, which is at rest just now; stop the replicator, or the database with `stop`, first',
    )
  const path = join(metaPath, 'lock')
  if ((await fileBytes(path)) === null) return await action()
  const { default: Sqlite } = await import('better-sqlite3')
  const connection = new Sqlite(path, { timeout: 0 })
  try {
    try {
      connection.exec('BEGIN EXCLUSIVE')
    } catch (cause) {
      throw new CommandError(`a replicator is at work on this database (it holds ${path}); stop it first`, {
        cause,
      })
    }
    return await action()
  } finally {
    connection.close()
  }
}
