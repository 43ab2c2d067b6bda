import { join } from 'node:path'
import { CommandError } from '../program/errors.ts'
import { fileBytes } from './local-state.ts'

/**
 * Runs `action` while this process owns the state folder, so that no replicator can be at work in it.
 *
 * @throws {CommandError} when one is
 */
export async function withStateLock<Result>(
  metaPath: string,
  action: () => Promise<Result>,
): Promise<Result> {
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
