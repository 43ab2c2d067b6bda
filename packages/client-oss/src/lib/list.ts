import {
  describeFile,
  expectOrder,
  listPages,
  type CallOptions,
  type FileInfo,
  type ListOptions,
  type ListPage,
} from '@ltx/client-core'
import { decodeHeader, formatTxid, HEADER_BYTES } from '@ltx/format'
import type { Connection } from './connect.ts'
import { levelPrefix, objectKey, parseObjectKey } from './keys.ts'
import { timesOf } from './metadata.ts'
import { headObject, readObject } from './read.ts'

/** Objects of one page; what the service gives at most. */
const PAGE_OBJECTS = 1000

/** Files asked for their metadata at once. */
const HEADS_MAX = 50

export interface ListedObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** When the service wrote it, in ms since the epoch. */
  readonly modifiedAtMs: number
}

/** The objects below a prefix whose keys are larger than `after`, in the order of keys. The token of a page is its last key. */
export async function listPage(
  connection: Connection,
  what: string,
  place: { readonly prefix: string; readonly after?: string | undefined },
  { signal }: CallOptions,
): Promise<ListPage<ListedObject>> {
  const { prefix, after } = place
  const query = { prefix, marker: after, 'max-keys': PAGE_OBJECTS, 'encoding-type': 'url' }
  const { data } = await connection.exchange({ kind: 'LIST', what, method: 'GET', query, signal })
  const items = manyOf(data['Contents']).map((object) => {
    const { Key, Size, LastModified } = object as Readonly<Record<string, string>>
    return {
      key: decodeURIComponent(Key ?? ''),
      size: sizeOf(Size),
      modifiedAtMs: Date.parse(LastModified ?? '') || 0,
    }
  })
  const next = data['IsTruncated'] === 'true' ? decodeURIComponent(String(data['NextMarker'])) : null
  return { items, next }
}

/** The files of a level, page after page as they are asked for. With `exactTimestamps` one more request for each. */
export function listLevel(
  connection: Connection,
  level: number,
  options: ListOptions,
): AsyncIterable<FileInfo> {
  const { settings } = connection
  const { from, exactTimestamps = false } = options
  const prefix = levelPrefix(settings, level)
  // A name is larger than the TXID it begins with, so the first file that begins there is listed.
  const first = from === undefined ? undefined : `${prefix}${formatTxid(from)}`
  const what = `list level ${level}`
  const fetchPage = async (token: string | null, { signal }: CallOptions): Promise<ListPage<FileInfo>> => {
    const page = await listPage(connection, what, { prefix, after: token ?? first }, { signal })
    const files = page.items.flatMap((object) => infoOf(connection, object) ?? [])
    return {
      items: exactTimestamps ? await withExactTimes(connection, files, signal) : files,
      next: page.next,
    }
  }
  return expectOrder(listPages(fetchPage, options), from)
}

function infoOf({ settings }: Connection, { key, size, modifiedAtMs }: ListedObject): FileInfo | null {
  const file = parseObjectKey(settings, key)
  return file === null ? null : { ...file, size, createdAtMs: modifiedAtMs }
}

async function withExactTimes(
  connection: Connection,
  files: readonly FileInfo[],
  signal: AbortSignal | undefined,
): Promise<FileInfo[]> {
  const exact: (FileInfo | null)[] = []
  for (let start = 0; start < files.length; start += HEADS_MAX) {
    const some = files.slice(start, start + HEADS_MAX)
    exact.push(...(await Promise.all(some.map((file) => withExactTime(connection, file, signal)))))
  }
  return exact.filter((file) => file !== null)
}

/** `null` when the file was deleted meanwhile. Any other failure fails the listing: a wrong time would restore the wrong data. */
async function withExactTime(
  connection: Connection,
  file: FileInfo,
  signal: AbortSignal | undefined,
): Promise<FileInfo | null> {
  const key = objectKey(connection.settings, file)
  const headers = await headObject(connection, `read the time of ${describeFile(file)}`, key, { signal })
  if (headers === null) return null
  const { createdAtMs, earliestAtMs } = timesOf(headers)
  return {
    ...file,
    createdAtMs: createdAtMs ?? (await timeInHeader(connection, file, signal)),
    ...(earliestAtMs === undefined ? {} : { earliestAtMs }),
  }
}

/** Whoever copied the object without its metadata left the time in the file. */
async function timeInHeader(
  connection: Connection,
  file: FileInfo,
  signal: AbortSignal | undefined,
): Promise<number> {
  const parts: Uint8Array[] = []
  const what = `read the header of ${describeFile(file)}`
  const range = { end: HEADER_BYTES, signal }
  for await (const part of readObject(connection, what, objectKey(connection.settings, file), range)) {
    parts.push(part)
  }
  return decodeHeader(new Uint8Array(Buffer.concat(parts))).timestampMs
}

/** Elements of XML of which there may be none, one or several. */
export function manyOf(element: unknown): readonly unknown[] {
  if (element === undefined || element === '') return []
  return Array.isArray(element) ? (element as readonly unknown[]) : [element]
}

function sizeOf(text: string | undefined): number {
  const size = Number(text)
  if (!Number.isSafeInteger(size) || size < 0) throw new Error(`an object has a size of ${text}`)
  return size
}
