import {
  compareFiles,
  describeFile,
  formatReplicaPath,
  levelDirectory,
  type CallOptions,
  type FileInfo,
  type FileKey,
  type ListOptions,
} from '@ltx/client-core'
import { decodeHeader, HEADER_BYTES, isFormatError, parseFileName } from '@ltx/format'
import type { Connection } from './connection.ts'
import { readWhole } from './directories.ts'
import { diagnoseRead, hasStatus, STATUS } from './errors.ts'
import { readStart } from './read.ts'
import type { RemoteEntry, RemoteStat, Session } from './session.ts'

/** Files looked at more closely at once. */
const FILES_MAX = 50

/**
 * The files of a level, in order. The directory is read at once; what has to be asked of each file (the header's time, where a link
 * goes) is asked a few files at a time, as they are wanted. Whatever has no LTX name, or is no file, is not there; neither is what is
 * deleted meanwhile.
 */
export async function* listLevel(
  connection: Connection,
  level: number,
  options: ListOptions,
): AsyncGenerator<FileInfo, void, undefined> {
  const { signal, from } = options
  const found = (await levelEntries(connection, level, options))
    .filter(({ file }) => from === undefined || file.minTXID >= from)
    .toSorted((first, second) => compareFiles(first.file, second.file))
  for (let start = 0; start < found.length; start += FILES_MAX) {
    const batch = found.slice(start, start + FILES_MAX)
    const infos = await Promise.all(batch.map((each) => infoOf(connection, each, options)))
    for (const info of infos) {
      signal?.throwIfAborted()
      if (info !== null) yield info
    }
  }
}

export interface LevelEntry {
  readonly file: FileKey
  readonly entry: RemoteEntry
}

/** What has the name of a file in a level's directory, in the server's order. */
export async function levelEntries(
  connection: Connection,
  level: number,
  { signal }: CallOptions,
): Promise<LevelEntry[]> {
  const directory = `${connection.settings.prefix}${levelDirectory('decimal', level)}`
  const entries = await connection.call({ kind: 'LIST', what: `list level ${level}`, signal }, (session) =>
    readWhole(session, directory),
  )
  const found: LevelEntry[] = []
  for (const entry of entries) {
    const name = entry.kind === 'directory' ? null : parseFileName(entry.name)
    if (name !== null) found.push({ file: { level, ...name }, entry })
  }
  return found
}

/** `null`: it is no file, or no longer there. */
async function infoOf(
  connection: Connection,
  { file, entry }: LevelEntry,
  { signal, exactTimestamps = false }: ListOptions,
): Promise<FileInfo | null> {
  const path = `${connection.settings.prefix}${formatReplicaPath('decimal', file)}`
  let { kind, size, mtimeMs } = entry
  if (kind === 'link' || size === null) {
    const call = { kind: 'HEAD', what: `look at ${describeFile(file)}`, signal } as const
    const stat = await connection.call(call, (session) => statOrNothing(session, path))
    if (stat === null) return null
    ;({ kind, size, mtimeMs } = stat)
  }
  if (kind !== 'file' || size === null) return null
  if (!exactTimestamps) return { ...file, size, createdAtMs: mtimeMs }
  const createdAtMs = await headerTimeMs(connection, file, path, mtimeMs, signal)
  return createdAtMs === null ? null : { ...file, size, createdAtMs }
}

async function statOrNothing(session: Session, path: string): Promise<RemoteStat | null> {
  try {
    return await session.stat(path)
  } catch (error) {
    if (hasStatus(error, STATUS.noSuchFile)) return null
    throw error
  }
}

/** `null` when there is no such file. One without a readable header is no use to anybody, but stays in the list with its own time. */
async function headerTimeMs(
  connection: Connection,
  file: FileKey,
  path: string,
  mtimeMs: number,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const what = `read the header of ${describeFile(file)}`
  const call = { kind: 'GET', what, signal, diagnose: diagnoseRead } as const
  const bytes = await connection.call(call, (session, counted) =>
    readStart(session, path, HEADER_BYTES, counted),
  )
  if (bytes === null) return null
  try {
    return decodeHeader(bytes).timestampMs
  } catch (error) {
    if (!isFormatError(error)) throw error
    connection.settings.env.logger.log('warn', 'a file of the replica has no header', { path, error })
    return mtimeMs
  }
}
