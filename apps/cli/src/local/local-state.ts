import { readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { systemErrorCode } from '@ltx/env'
import { parseFileName, type Txid } from '@ltx/format'
import { LIFE_RECORD } from './life-record.ts'

/** The folder in which the replicator keeps what it knows about a database, beside it unless the configuration says otherwise. */
export function metaPathOf(databasePath: string): string {
  return join(dirname(databasePath), `.${basename(databasePath)}-litestream`)
}

/** The newest transaction in the local level 0 files; `null` when there are none. */
export async function newestLocalTxid(metaPath: string): Promise<Txid | null> {
  let newest: Txid | null = null
  for (const name of await namesIn(join(metaPath, 'ltx', '0'))) {
    const parsed = parseFileName(name)
    if (parsed !== null && (newest === null || parsed.maxTXID > newest)) newest = parsed.maxTXID
  }
  return newest
}

/** Every file that `removeLocalState` would remove, as full paths: those below `META/ltx` in order, then the records. */
export async function localFiles(metaPath: string): Promise<string[]> {
  const root = join(metaPath, 'ltx')
  const found: string[] = []
  for (const level of (await namesIn(root)).toSorted()) {
    for (const name of (await namesIn(join(root, level))).toSorted()) found.push(join(root, level, name))
  }
  const there = new Set(await namesIn(metaPath))
  for (const name of RECORDS.filter((each) => there.has(each))) found.push(join(metaPath, name))
  return found
}

/** Names in a directory; none when there is no such directory. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return []
    throw error
  }
}

/** Records that speak of the local LTX files and mean nothing without them. */
const RECORDS = ['position', 'seal', 'pages', 'main', 'confirmed', LIFE_RECORD] as const

/** Forgets what was replicated: the LTX files, and the records about them. The database and the replica are not touched. */
export async function removeLocalState(metaPath: string): Promise<void> {
  for (const name of RECORDS) await rm(join(metaPath, name), { force: true })
  await rm(join(metaPath, 'ltx'), { recursive: true, force: true })
}

/** Size of a file in bytes; `null` when there is none. */
export async function fileBytes(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw error
  }
}
