import { statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { filesOf } from './replicating.ts'

const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const

/** Every file of a replica by its path in it, with its bytes. */
export type StoredFiles = ReadonlyMap<string, number>

export function storedIn(replica: string): StoredFiles {
  const files = new Map<string, number>()
  for (const level of LEVELS) {
    for (const name of filesOf(replica, level)) {
      const size = statSync(path.join(replica, `ltx/${level}`, name), { throwIfNoEntry: false })?.size
      if (size !== undefined) files.set(`${level}/${name}`, size)
    }
  }
  return files
}

/** Bytes of the files that were not there before. Of a replica of which nothing is deleted meanwhile: all that was written. */
export function bytesSince(before: StoredFiles, after: StoredFiles): number {
  let bytes = 0
  for (const [name, size] of after) {
    if (!before.has(name)) bytes += size
  }
  return bytes
}

/** Waits until no file has come for so long. */
export async function storedAndQuiet(replica: string, quietMs: number): Promise<StoredFiles> {
  let files = storedIn(replica)
  for (;;) {
    await sleep(quietMs)
    const now = storedIn(replica)
    if (bytesSince(files, now) === 0) return now
    files = now
  }
}

/** A file that holds the whole database is there, and level 0 has begun: from now on it can be restored. */
export function isRestorable(replica: string): boolean {
  const level0 = filesOf(replica, 0)
  const begin = '0000000000000001-'
  return level0.length > 0 && [...level0, ...filesOf(replica, 9)].some((name) => name.startsWith(begin))
}
