import type { Env, FileStat } from '@ltx/env'
import { readRecord, writeRecord } from '../database/checked-record.ts'

/**
 * Whether the local state was made from this database file. A backup that was moved to its name under a kept `-wal` fits our position by
 * salts and frames, and is another database all the same (engine.md §4). True where nothing is recorded: the state is older, or Litestream's.
 * The inode alone counts: device numbers change with a reboot.
 */
export function isSameMain(env: Env, metaPath: string, main: FileStat): boolean {
  const record = readRecord(env, metaPath, 'main') as { version?: unknown; ino?: unknown } | null
  return record?.version !== 1 || record.ino === `${main.ino}`
}

/** Says from which file the state is made from now on. What was known of another is gone before that, or it would be taken for this one's. */
export function rememberMain(env: Env, metaPath: string, main: FileStat): void {
  if (!isSameMain(env, metaPath, main)) {
    for (const name of ['position', 'seal']) env.blockingFiles.remove(`${metaPath}/${name}`)
  }
  writeRecord(env, metaPath, 'main', { version: 1, ino: `${main.ino}` })
}
