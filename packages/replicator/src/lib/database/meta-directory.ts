import type { Env } from '@ltx/env'
import { directoryMode, type FileOwner } from './ltx-file-writer.ts'

/** Makes the state folder with the database file's owner, and its mode widened so that who may read may enter. */
export function makeMetaDirectory(env: Env, metaPath: string, owner: FileOwner): void {
  const files = env.blockingFiles
  if (files.stat(metaPath) !== null) return
  files.makeDirectory(metaPath, { mode: directoryMode(owner.mode) })
  for (const directory of [metaPath, `${metaPath}/ltx`, `${metaPath}/ltx/0`]) {
    files.makeDirectory(directory, { mode: directoryMode(owner.mode) })
    try {
      files.setOwner(directory, owner.uid, owner.gid)
    } catch {
      // only root may give files away; ours are fine then
    }
  }
}
