import type { BlockingFiles } from '../src/index.ts'
import { SimFileHandle } from '../src/lib/sim/sim-file-handle.ts'
import type { PlainFiles } from './files-rows.ts'

/** Blocking files in the shape of the others, so that one table of rows fits both. */
export function asPlainFiles(files: BlockingFiles): PlainFiles {
  return {
    open: async (path, mode, options) => new SimFileHandle(files.open(path, mode, options)),
    stat: async (path) => files.stat(path),
    list: async (directory) => files.list(directory),
    makeDirectory: async (path, options) => files.makeDirectory(path, options),
    rename: async (from, to) => files.rename(from, to),
    remove: async (path) => files.remove(path),
    removeTree: async (path) => files.removeTree(path),
    syncDirectory: async (path) => files.syncDirectory(path),
    setMode: async (path, mode) => files.setMode(path, mode),
    setOwner: async (path, uid, gid) => files.setOwner(path, uid, gid),
  }
}
