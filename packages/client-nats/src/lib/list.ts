import {
  levelDirectory,
  listInOrder,
  parseReplicaPath,
  type CallOptions,
  type FileInfo,
  type FileKey,
  type LegacyObject,
  type ListOptions,
} from '@ltx/client-core'
import { decodeHeader, HEADER_BYTES, parseFileName } from '@ltx/format'
import type { ObjectMeta } from './object-meta.ts'
import { listObjects } from './objects.ts'
import { readObject, type ReadContext } from './read.ts'

/**
 * The files of a level. The store knows no folders and lists in the order of writing, so all its objects are asked for, and those of
 * the level sorted.
 */
export function listLevel(
  context: ReadContext,
  level: number,
  options: ListOptions,
): AsyncIterable<FileInfo> {
  return listInOrder(filesOf(context, level, options), options.from)
}

async function* filesOf(
  context: ReadContext,
  level: number,
  { exactTimestamps, from, signal }: ListOptions,
): AsyncGenerator<FileInfo, void, undefined> {
  const { connection } = context
  const what = `list level ${level}`
  const directory = `${connection.settings.prefix}${levelDirectory('decimal', level)}/`
  for await (const object of listObjects(connection, what, { signal })) {
    if (!object.name.startsWith(directory)) continue
    const key = parseFileName(object.name.slice(directory.length))
    if (key === null || (from !== undefined && key.minTXID < from)) continue
    const { size, timestampMs, storedAtMs, earliestAtMs } = object
    const exactMs =
      timestampMs ?? (exactTimestamps === true ? await timeInHeader(context, object, signal) : null)
    yield {
      level,
      ...key,
      size,
      createdAtMs: exactMs ?? storedAtMs,
      ...(earliestAtMs === null ? {} : { earliestAtMs }),
    }
  }
}

/** Whoever copied the object without its headers left the time in the file. */
async function timeInHeader(
  context: ReadContext,
  { name }: ObjectMeta,
  signal: AbortSignal | undefined,
): Promise<number> {
  const bytes = new Uint8Array(HEADER_BYTES)
  let length = 0
  const what = `read the header of ${name}`
  for await (const chunk of readObject(context, name, what, { end: HEADER_BYTES, signal })) {
    bytes.set(chunk, length)
    length += chunk.length
  }
  return decodeHeader(bytes.subarray(0, length)).timestampMs
}

/** Every file of the replica with its object, in no order. */
export async function* listFilesOfAllLevels(
  { connection }: ReadContext,
  options: CallOptions,
): AsyncGenerator<{ readonly file: FileKey; readonly object: ObjectMeta }, void, undefined> {
  const { prefix } = connection.settings
  for await (const object of listObjects(connection, 'list all files', options)) {
    if (!object.name.startsWith(prefix)) continue
    const file = parseReplicaPath('decimal', object.name.slice(prefix.length))
    if (file !== null) yield { file, object }
  }
}

/** Every object below `generations/`, ascending by path. */
export async function* listLegacy(
  { connection }: ReadContext,
  options: CallOptions,
): AsyncGenerator<LegacyObject, void, undefined> {
  const { prefix } = connection.settings
  const found: LegacyObject[] = []
  for await (const { name, size, storedAtMs } of listObjects(connection, 'list the old replicas', options)) {
    if (!name.startsWith(`${prefix}generations/`)) continue
    found.push({ path: name.slice(prefix.length), size, modifiedAtMs: storedAtMs })
  }
  yield* found.toSorted((first, second) => (first.path < second.path ? -1 : 1))
}
