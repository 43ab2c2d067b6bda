import type { BigIntStats } from 'node:fs'
import type { FileStat } from '../files.ts'
import { systemError } from '../system-error.ts'

export function fileStat(stats: BigIntStats): FileStat {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
    size: Number(stats.size),
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
    dev: stats.dev,
    ino: stats.ino,
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
  }
}

/** Only a regular file can be opened as one: reading a directory fails late, reading a FIFO or a terminal waits. */
export function checkIsFile(stats: BigIntStats, path: string): void {
  if (stats.isDirectory()) throw systemError('EISDIR', 'open', path)
  if (!stats.isFile()) throw systemError('EINVAL', 'open', path, 'not a regular file')
}
