import { dirname } from 'node:path'
import { systemErrorCode, type BlockingFiles } from '@ltx/env'

/** Permission bits and owner that files and folders of ours share with the database file. */
export interface FileOwner {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

type MakingFiles = Pick<BlockingFiles, 'stat' | 'makeDirectory' | 'setOwner'>

/** Who may read files may enter the folders that hold them. */
export function directoryMode(fileMode: number): number {
  return fileMode | ((fileMode & 0o444) >> 2) | 0o700
}

/** For what is made in a folder that has the database's owner; `null`: there is none. What is made without one is ours alone. */
export function ownerInside(files: Pick<BlockingFiles, 'stat'>, directory: string): FileOwner | null {
  const folder = files.stat(directory)
  return folder === null ? null : { mode: folder.mode & 0o666, uid: folder.uid, gid: folder.gid }
}

/** Only root may give files away, and some file systems know no owners: ours are fine then. */
export function giveTo(files: Pick<BlockingFiles, 'setOwner'>, path: string, owner: FileOwner | null): void {
  if (owner === null) return
  try {
    files.setOwner(path, owner.uid, owner.gid)
  } catch (error) {
    if (systemErrorCode(error) === null) throw error
  }
}

/** Makes a folder, and those above it that are missing, for an owner of files. One that is there stays as it is, for the price of a look. */
export function makeOwnedDirectory(files: MakingFiles, path: string, owner: FileOwner | null): void {
  if (files.stat(path) !== null) return
  const parent = dirname(path)
  if (parent !== path) makeOwnedDirectory(files, parent, owner)
  files.makeDirectory(path, {
    mode: owner === null ? undefined : directoryMode(owner.mode),
  })
  giveTo(files, path, owner)
}
