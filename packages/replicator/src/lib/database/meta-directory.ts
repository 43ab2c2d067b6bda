import { systemErrorCode, type BlockingFiles } from '@ltx/env'
import { giveTo, makeOwnedDirectory, type FileOwner } from './file-owner.ts'

/** Makes the state folder with the database file's owner, and its mode widened so that who may read may enter. */
export function makeMetaDirectory(files: BlockingFiles, metaPath: string, owner: FileOwner): void {
  if (files.stat(metaPath) === null) makeOwnedDirectory(files, `${metaPath}/ltx/0`, owner)
  makeLockFile(files, `${metaPath}/lock`, owner)
}

/** SQLite would make it for us alone. Never opened where there is one: closing that descriptor would drop its lock. */
function makeLockFile(files: BlockingFiles, path: string, owner: FileOwner): void {
  if (files.stat(path) !== null) return
  try {
    files.open(path, 'create-new', { mode: owner.mode | 0o600 })[Symbol.dispose]()
    giveTo(files, path, owner)
  } catch (error) {
    if (systemErrorCode(error) === null) throw error // whoever takes the lock says what is wrong; another process may have made it
  }
}
