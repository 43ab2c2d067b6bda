import {
  compareFiles,
  isClientError,
  levelDirectory,
  listInOrder,
  type CallOptions,
  type FileInfo,
  type LegacyObject,
  type ListOptions,
} from '@ltx/client-core'
import { decodeHeader, formatFileName, HEADER_BYTES, parseFileName } from '@ltx/format'
import type { Connection } from './connect.ts'
import { entriesIn } from './find-entries.ts'
import { readPath } from './read.ts'

/** Headers read at once. */
const HEADERS_MAX = 50

/**
 * The files of a level in order, by one request. The protocol has no place for the header's time: a plain listing gives the time of
 * the upload, an exact one reads the first 100 bytes of each file.
 */
export async function* listLevel(
  connection: Connection,
  level: number,
  options: ListOptions,
): AsyncGenerator<FileInfo, void, undefined> {
  const { from, signal, exactTimestamps = false } = options
  const files: FileInfo[] = []
  for await (const file of listInOrder(filesIn(connection, level, signal), from)) files.push(file)
  for (let start = 0; start < files.length; start += HEADERS_MAX) {
    const some = files.slice(start, start + HEADERS_MAX)
    for (const file of exactTimestamps ? await withHeaderTimes(connection, some, signal) : some) {
      signal?.throwIfAborted()
      yield file
    }
  }
}

async function* filesIn(
  connection: Connection,
  level: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<FileInfo, void, undefined> {
  const what = `list level ${level}`
  const collection = levelDirectory('decimal', level)
  for (const entry of (await entriesIn(connection, what, connection.at(collection), { signal })) ?? []) {
    const key = entry.isCollection ? null : parseFileName(entry.name)
    if (key === null) continue
    if (entry.size === null)
      throw new Error(`the server does not say how large ${collection}/${entry.name} is`)
    yield { level, ...key, size: entry.size, createdAtMs: entry.modifiedAtMs ?? 0 }
  }
}

/** What has been deleted meanwhile is left out. */
async function withHeaderTimes(
  connection: Connection,
  files: readonly FileInfo[],
  signal: AbortSignal | undefined,
): Promise<FileInfo[]> {
  const timed = await Promise.all(
    files.map(async (file) => {
      try {
        return { ...file, createdAtMs: await headerTime(connection, file, signal) }
      } catch (error) {
        if (isClientError(error, 'CLIENT_NOT_FOUND')) return null
        throw error
      }
    }),
  )
  return timed.filter((file) => file !== null).toSorted(compareFiles)
}

async function headerTime(
  connection: Connection,
  file: FileInfo,
  signal: AbortSignal | undefined,
): Promise<number> {
  const path = `${levelDirectory('decimal', file.level)}/${formatFileName(file.minTXID, file.maxTXID)}`
  const parts: Uint8Array[] = []
  const range = { start: 0, end: HEADER_BYTES, signal }
  for await (const chunk of readPath(connection, connection.at(path), `read the header of ${path}`, range))
    parts.push(chunk)
  return decodeHeader(new Uint8Array(Buffer.concat(parts))).timestampMs
}

/** Every file below `generations/`, ascending by path, collection by collection. */
export async function* listLegacy(
  connection: Connection,
  options: CallOptions,
  collection: string = 'generations',
): AsyncGenerator<LegacyObject, void, undefined> {
  const entries =
    (await entriesIn(connection, 'list the old replicas', connection.at(collection), options)) ?? []
  const inOrder = entries
    .map((entry) => ({ ...entry, key: entry.isCollection ? `${entry.name}/` : entry.name }))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
  for (const { name, isCollection, size, modifiedAtMs } of inOrder) {
    const path = `${collection}/${name}`
    if (isCollection) yield* listLegacy(connection, options, path)
    else if (size === null) throw new Error(`the server does not say how large ${path} is`)
    else yield { path, size, modifiedAtMs: modifiedAtMs ?? 0 }
  }
}
