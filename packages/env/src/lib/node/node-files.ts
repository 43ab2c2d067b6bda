import * as fs from 'node:fs'
import { type BigIntStats } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { FileHandle, Files, OpenMode, OpenOptions } from '../files.ts'
import { systemErrorCode } from '../system-error.ts'
import { hasNoDirectorySync } from './directory-sync.ts'
import { checkIsFile, fileStat } from './file-stat.ts'
import { fromCallback } from './from-callback.ts'
import { makeTree } from './make-tree.ts'
import { NodeFileHandle } from './node-file-handle.ts'
import { OpenDescriptor } from './open-descriptor.ts'
import { DIRECTORY_FLAGS, DIRECTORY_MODE, FILE_MODE, OPEN_FLAGS } from './open-flags.ts'
import { watchDirectory } from './watch-directory.ts'

export const nodeFiles: Files = {
  open: openFile,
  stat: (path) =>
    new Promise((tell, fail) => {
      fs.stat(path, { bigint: true }, (error: NodeJS.ErrnoException | null, stats: BigIntStats) => {
        if (error === null) tell(fileStat(stats))
        else if (error.code === 'ENOENT') tell(null)
        else fail(error)
      })
    }),
  list: async (directory) => (await fromCallback<string[]>((tell) => fs.readdir(directory, tell))).toSorted(),
  async makeDirectory(path, options = {}) {
    for (const made of await makeTree(resolve(path), options.mode ?? DIRECTORY_MODE)) {
      if (options.mode !== undefined) await setMode(made, options.mode)
      try {
        await syncDirectory(dirname(made))
      } catch (error) {
        if (systemErrorCode(error) !== 'EACCES') throw error // a parent we may write to but not read
      }
    }
  },
  rename: (from, to) => fromCallback((tell) => fs.rename(from, to, tell)),
  link: (from, to) => fromCallback((tell) => fs.link(from, to, tell)),
  async remove(path) {
    try {
      await fromCallback<void>((tell) => fs.unlink(path, tell))
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error
    }
  },
  removeTree: (path) => rm(path, { recursive: true, force: true }),
  syncDirectory,
  setMode,
  setOwner: (path, uid, gid) => fromCallback((tell) => fs.chown(path, uid, gid, tell)),
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
  const file = await openDescriptor(path, OPEN_FLAGS[mode], options.mode ?? FILE_MODE)
  try {
    if (mode !== 'create-new') checkIsFile(await file.stat(), path) // what was just made is one
    else if (options.mode !== undefined) await file.setMode(options.mode)
  } catch (error) {
    await file.close()
    throw error
  }
  return new NodeFileHandle(file, path)
}

async function openDescriptor(path: string, flags: number, mode?: number): Promise<OpenDescriptor> {
  return new OpenDescriptor(await fromCallback<number>((tell) => fs.open(path, flags, mode, tell)))
}

function setMode(path: string, mode: number): Promise<void> {
  return fromCallback((tell) => fs.chmod(path, mode, tell))
}

async function syncDirectory(path: string): Promise<void> {
  let directory: OpenDescriptor | null = null
  try {
    directory = await openDescriptor(path, DIRECTORY_FLAGS)
    await directory.sync()
  } catch (error) {
    if (!hasNoDirectorySync(error)) throw error
  } finally {
    await directory?.close()
  }
}
