import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Who follows a sleeping database: it holds no lock, for that would take a descriptor for each of thousands. */
export interface LifeRecord {
  /** Where the daemon listens while it is alive; absolute. */
  readonly socket: string
  /** Path of the database as that daemon knows it. */
  readonly database: string
}

/** Its name in the state folder. */
export const LIFE_RECORD = 'daemon'

/** `null`: none, or not to be read. */
export function readLife(metaPath: string): LifeRecord | null {
  try {
    const value: unknown = JSON.parse(readFileSync(join(metaPath, LIFE_RECORD), 'utf8'))
    const { socket, database } = value as Partial<LifeRecord>
    return typeof socket === 'string' && typeof database === 'string' ? { socket, database } : null
  } catch {
    return null
  }
}

/** Nothing is written when it says so already. With the owner of its folder, where the system lets us give it away. */
export function writeLife(metaPath: string, record: LifeRecord): void {
  const before = readLife(metaPath)
  if (before?.socket === record.socket && before.database === record.database) return
  const path = join(metaPath, LIFE_RECORD)
  const folder = statSync(metaPath)
  writeFileSync(path, `${JSON.stringify(record)}\n`, { mode: folder.mode & 0o666 })
  if (folder.uid !== process.getuid?.() || folder.gid !== process.getgid?.()) giveTo(path, folder)
}

/** Tells a state folder from a copy of it elsewhere. */
export function folderId(metaPath: string): string {
  const { dev, ino } = statSync(metaPath, { bigint: true })
  return `${dev}:${ino}`
}

function giveTo(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  try {
    chownSync(path, uid, gid)
  } catch {
    // only root may give files away
  }
}
