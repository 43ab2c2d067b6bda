import type { BlockingFiles, FileStat } from '@ltx/env'

const LOCK_TABLE = '/proc/locks'
/** SQLite's shared-lock range, right after the pending and reserved bytes. */
const SHARED_FIRST = 0x4000_0002
const TABLE_BYTES_MAX = 4 * 1024 * 1024

/**
 * True when this process holds a POSIX read lock on a database file, as Linux's `/proc/locks` tells. One `readFile` of the database in
 * our process drops it, and our connections then answer from a ghost (engine.md §6).
 *
 * @returns `null` where the system does not tell (no such table), or shows another device for the file (btrfs).
 */
export function holdsReadLock(files: BlockingFiles, processId: number, main: FileStat): boolean | null {
  const table = readTable(files)
  if (table === null) return null
  const inode = `:${main.ino} `
  return table.split('\n').some((line) => {
    if (!line.includes(inode) || !line.includes(' READ ') || !line.includes('POSIX')) return false
    const fields = line.trim().split(/\s+/)
    const [, , , , owner, place, start, end] = fields
    if (Number(owner) !== processId || !(place ?? '').endsWith(`:${main.ino}`)) return false
    return Number(start) <= SHARED_FIRST && (end === 'EOF' || Number(end) >= SHARED_FIRST)
  })
}

function readTable(files: BlockingFiles): string | null {
  try {
    using handle = files.open(LOCK_TABLE, 'read')
    const parts: Uint8Array[] = []
    for (let position = 0; position < TABLE_BYTES_MAX;) {
      const chunk = new Uint8Array(64 * 1024)
      const length = handle.read(chunk, position)
      if (length === 0) break
      parts.push(chunk.subarray(0, length))
      position += length
    }
    return parts.map((part) => new TextDecoder().decode(part)).join('')
  } catch {
    return null
  }
}
