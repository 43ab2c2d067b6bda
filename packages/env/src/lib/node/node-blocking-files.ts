import * as fs from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { BlockingFileHandle, BlockingFiles } from '../blocking-files.ts'
import type { OpenMode, OpenOptions } from '../files.ts'
import { systemError, systemErrorCode } from '../system-error.ts'
import { hasNoDirectorySync } from './directory-sync.ts'
import { checkIsFile, fileStat } from './file-stat.ts'
import { makeTreeBlocking } from './make-tree.ts'
import { NodeBlockingFileHandle } from './node-blocking-file-handle.ts'
import { DIRECTORY_FLAGS, DIRECTORY_MODE, FILE_MODE, OPEN_FLAGS } from './open-flags.ts'

export const nodeBlockingFiles: BlockingFiles = {
  open: openFile,
  stat(path) {
    const stats = fs.statSync(path, { bigint: true, throwIfNoEntry: false })
    if (stats !== undefined) return fileStat(stats)
    refuseBelowFile(path, path)
    return null
  },
  list: (directory) => fs.readdirSync(directory).toSorted(),
  makeDirectory(path, options = {}) {
    for (const made of makeTreeBlocking(resolve(path), options.mode ?? DIRECTORY_MODE)) {
      if (options.mode !== undefined) fs.chmodSync(made, options.mode)
      try {
        syncDirectory(dirname(made))
      } catch (error) {
        if (systemErrorCode(error) !== 'EACCES') throw error // a parent we may write to but not read
      }
    }
  },
  rename: (from, to) => fs.renameSync(from, to),
  link: (from, to) => fs.linkSync(from, to),
  remove(path) {
    try {
      fs.unlinkSync(path)
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error
    }
  },
  removeTree: (path) => fs.rmSync(path, { recursive: true, force: true }),
  syncDirectory,
  setMode: (path, mode) => fs.chmodSync(path, mode),
  setOwner: (path, uid, gid) => fs.chownSync(path, uid, gid),
}

/** Node does not say which of the two it is where it is asked not to throw; and to throw costs many times a look at a missing file. */
function refuseBelowFile(path: string, child: string): void {
  const parent = dirname(child)
  if (parent === child) return
  const stats = fs.statSync(parent, { throwIfNoEntry: false })
  if (stats === undefined) refuseBelowFile(path, parent)
  else if (!stats.isDirectory()) throw systemError('ENOTDIR', 'stat', path)
}

function openFile(path: string, mode: OpenMode, options: OpenOptions = {}): BlockingFileHandle {
  if (mode === 'create' && options.mode !== undefined) {
    // A mode is for a file that is made, so find out whether it is.
    try {
      return openFile(path, 'create-new', options)
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error
    }
  }
  const descriptor = fs.openSync(path, OPEN_FLAGS[mode], options.mode ?? FILE_MODE)
  try {
    if (mode !== 'create-new') checkIsFile(fs.fstatSync(descriptor, { bigint: true }), path) // what was just made is one
    else if (options.mode !== undefined) fs.fchmodSync(descriptor, options.mode)
  } catch (error) {
    fs.closeSync(descriptor)
    throw error
  }
  return new NodeBlockingFileHandle(descriptor, path)
}

function syncDirectory(path: string): void {
  let descriptor: number | null = null
  try {
    descriptor = fs.openSync(path, DIRECTORY_FLAGS)
    fs.fsyncSync(descriptor)
  } catch (error) {
    if (!hasNoDirectorySync(error)) throw error
  } finally {
    if (descriptor !== null) fs.closeSync(descriptor)
  }
}
