import type { Env, FileStat } from '@ltx/env'
import { readRecord, writeRecord } from '../database/checked-record.ts'

interface MainRecord {
  readonly version: 1
  readonly ino: string
  /** Absent in records of earlier versions. */
  readonly ctimeNs?: string
  readonly bootId?: string
}

/**
 * Whether the local state was made from this database file. A backup that was moved to its name under a kept `-wal` fits our position by
 * salts and frames, and is another database all the same (engine.md §4). True where nothing is recorded: the state is older, or Litestream's.
 * The inode alone counts: device numbers change with a reboot.
 */
export function isSameMain(env: Env, metaPath: string, main: FileStat): boolean {
  const record = readMain(env, metaPath)
  return record === null || record.ino === `${main.ino}`
}

/**
 * Whether nobody changed the database file since it was remembered, and the machine was not started since. What is written to it under a
 * pin is in the WAL too; what came otherwise (a backup copied over it, a page that a power loss undid) only a comparison finds.
 */
export function isUntouchedMain(env: Env, metaPath: string, main: FileStat): boolean {
  const record = readMain(env, metaPath)
  return record?.ino === `${main.ino}` && record.ctimeNs === `${main.ctimeNs}` && record.bootId === env.bootId
}

/** What was known of another database file goes, before it could be taken for this one's. */
export function forgetOtherMain(env: Env, metaPath: string, main: FileStat): void {
  if (isSameMain(env, metaPath, main)) return
  for (const name of ['position', 'seal']) env.blockingFiles.remove(`${metaPath}/${name}`)
}

/** Says what the file that the local state is made from looks like now. */
export function rememberMain(env: Env, metaPath: string, main: FileStat): void {
  const record: MainRecord = {
    version: 1,
    ino: `${main.ino}`,
    ctimeNs: `${main.ctimeNs}`,
    bootId: env.bootId,
  }
  writeRecord(env, metaPath, 'main', record)
}

function readMain(env: Env, metaPath: string): MainRecord | null {
  const record = readRecord(env, metaPath, 'main') as MainRecord | null
  return record?.version === 1 ? record : null
}
