import type { Env } from '@ltx/env'
import type { KeptDescriptors } from '../follow/kept-descriptors.ts'
import type { SqliteDriver } from '../sqlite/sqlite-driver.ts'
import type { FileOwner } from './file-owner.ts'
import type { LocalFiles } from './local-files.ts'
import { makeMetaDirectory } from './meta-directory.ts'
import { openDatabase, type OpenDatabase } from './open-database.ts'
import { scanDirectory } from './sliding-scan.ts'
import { snapshotDirectory } from './stage-snapshot.ts'
import { StateLock } from './state-lock.ts'

/** A database, and the lock of its state folder. */
export interface OwnedDatabase {
  readonly lock: StateLock
  readonly opened: OpenDatabase
}

export interface OwnedParts {
  readonly env: Env
  readonly driver: SqliteDriver
  readonly path: string
  readonly metaPath: string
  readonly kept: KeptDescriptors | null
}

/**
 * Opens a database as the only one who follows it.
 *
 * @returns `null`: there is no such file, or an empty one.
 * @throws {ReplicatorError} `REPLICATOR_LOCKED`, and what {@link openDatabase} throws
 */
export function openOwned({ env, driver, path, metaPath, kept }: OwnedParts): OwnedDatabase | null {
  const stat = env.blockingFiles.stat(path)
  if (stat === null || stat.size === 0) return null
  const owner: FileOwner = { mode: stat.mode & 0o666, uid: stat.uid, gid: stat.gid }
  makeMetaDirectory(env, metaPath, owner)
  const lock = StateLock.acquire(driver, metaPath)
  try {
    return { lock, opened: openDatabase(env, driver, path, kept) }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Removes what processes before us left unfinished. Under the lock, before anything of ours is begun. */
export function sweepState({ blockingFiles }: Pick<Env, 'blockingFiles'>, local: LocalFiles): void {
  local.sweep()
  for (const directory of [snapshotDirectory(local.metaPath), scanDirectory(local.metaPath)]) {
    blockingFiles.removeTree(directory)
  }
}
