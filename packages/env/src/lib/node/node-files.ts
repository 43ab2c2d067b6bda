import { stat, type BigIntStats } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { FileHandle, Files, OpenMode, OpenOptions } from '../files.ts'
import { systemErrorCode } from '../system-error.ts'
import { hasNoDirectorySync } from './directory-sync.ts'
import { checkIsFile, fileStat } from './file-stat.ts'
import { makeTree } from './make-tree.ts'
import { NodeFileHandle } from './node-file-handle.ts'
import { DIRECTORY_FLAGS, DIRECTORY_MODE, FILE_MODE, OPEN_FLAGS } from './open-flags.ts'
import { watchDirectory } from './watch-directory.ts'

export const nodeFiles: Files = {
  open: openFile,
  /** With a callback: half the price of a promise of Node's, and thousands of sleeping databases are looked at again and again. */
  stat: (path) =>
    new Promise((tell, fail) => {
      stat(path, { bigint: true }, (error: NodeJS.ErrnoException | null, stats: BigIntStats) => {
        if (error === null) tell(fileStat(stats))
        else if (error.code === 'ENOENT') tell(null)
        else fail(error)
      })
    }),
  list: async (directory) => (await fs.readdir(directory)).toSorted(),
  async makeDirectory(path, options = {}) {
    for (const made of await makeTree(resolve(path), options.mode ?? DIRECTORY_MODE)) {
      if (options.mode !== undefined) await fs.chmod(made, options.mode)
      try {
        await syncDirectory(dirname(made))
      } catch (error) {
        if (systemErrorCode(error) !== 'EACCES') throw error // a parent we may write to but not read
      }
    }
  },
  rename: (from, to) => fs.rename(from, to),
  link: (from, to) => fs.link(from, to),
  async remove(path) {
    try {
      await fs.unlink(path)
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error
    }
  },
  removeTree: (path) => fs.rm(path, { recursive: true, force: true }),
  syncDirectory,
  setMode: (path, mode) => fs.chmod(path, mode),
  setOwner: (path, uid, gid) => fs.chown(path, uid, gid),
  watch: watchDirectory,
}

async function openFile(path: string, mode: OpenMode, options: OpenOptions = {}): Promise<FileHandle> {
  if (mode === 'create' && options.mode !== undefined) {
    // A mode is for a file that is made, so find out whether it is.
    try {
      return await openFile(path, 'create-new', options)
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error
    }
  }
  const handle = await fs.open(path, OPEN_FLAGS[mode], options.mode ?? FILE_MODE)
  try {
    checkIsFile(await handle.stat({ bigint: true }), path)
    if (mode === 'create-new' && options.mode !== undefined) await handle.chmod(options.mode)
  } catch (error) {
    await handle.close()
    throw error
  }
  return new NodeFileHandle(handle, path)
}

async function syncDirectory(path: string): Promise<void> {
  let handle: fs.FileHandle | null = null
  try {
    handle = await fs.open(path, DIRECTORY_FLAGS)
    await handle.sync()
  } catch (error) {
    if (!hasNoDirectorySync(error)) throw error
  } finally {
    await handle?.close()
  }
}
