import { systemErrorCode, temporaryName, type Env } from '@ltx/env'
import { giveTo, makeOwnedDirectory, type FileOwner } from './file-owner.ts'

type MakingEnv = Pick<Env, 'blockingFiles' | 'random' | 'processId'>

/** Makes the state folder with the database file's owner, and its mode widened so that who may read may enter. */
export function makeMetaDirectory(env: MakingEnv, metaPath: string, owner: FileOwner): void {
  const files = env.blockingFiles
  if (files.stat(metaPath) === null) makeOwnedDirectory(files, `${metaPath}/ltx/0`, owner)
  if (files.stat(`${metaPath}/lock`) === null) makeLockFile(env, metaPath, owner)
}

/**
 * SQLite would make it for us alone. Never opened under its name: closing that descriptor would drop the lock of whoever in this process has
 * taken it by then.
 */
function makeLockFile(env: MakingEnv, metaPath: string, owner: FileOwner): void {
  const files = env.blockingFiles
  const temporary = `${metaPath}/${temporaryName(env, 'lock')}`
  try {
    files.open(temporary, 'create-new', { mode: owner.mode | 0o600 })[Symbol.dispose]()
    try {
      giveTo(files, temporary, owner)
      files.link(temporary, `${metaPath}/lock`)
    } finally {
      files.remove(temporary)
    }
  } catch (error) {
    if (systemErrorCode(error) === null) throw error // whoever takes the lock says what is wrong; another process may have made it
  }
}
