import {
  expectOrder,
  levelDirectory,
  listPages,
  parseTimestamp,
  type CallOptions,
  type FileInfo,
  type LegacyObject,
  type ListOptions,
  type ListPage,
} from '@ltx/client-core'
import { decodeHeader, formatTxid, HEADER_BYTES, parseFileName } from '@ltx/format'
import { query, type Connection } from './connect.ts'
import { readObject } from './read.ts'

/** Where Litestream puts the header's time. */
export const TIMESTAMP_KEY = 'litestream-timestamp'

/** Where we put the time of a compaction's earliest source. */
export const EARLIEST_KEY = 'ltx-earliest-timestamp'

/** Objects of one page; what the service gives at most. */
const PAGE_OBJECTS = '1000'

/** Headers read at once, of files that somebody else has copied without their metadata. */
const HEADERS_MAX = 50

interface ListedObject {
  readonly name: string
  readonly size: string
  readonly timeCreated?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** The files of a level in order, page after page as they are asked for. The service itself skips to `from`. */
export function listLevel(
  connection: Connection,
  level: number,
  options: ListOptions,
): AsyncIterable<FileInfo> {
  const directory = `${connection.settings.prefix}${levelDirectory('decimal', level)}/`
  const start = options.from === undefined ? undefined : `${directory}${formatTxid(options.from)}`
  const fetchPage = async (token: string | null, { signal }: CallOptions): Promise<ListPage<FileInfo>> => {
    const page = await fetchObjects(connection, `list level ${level}`, signal, {
      prefix: directory,
      delimiter: '/',
      startOffset: start,
      pageToken: token ?? undefined,
    })
    const files = page.items.map((item) => fileOf(level, item.name.slice(directory.length), item))
    const found = files.filter((file) => file !== null)
    if (options.exactTimestamps === true) await readMissingTimes(connection, directory, found, signal)
    return { items: found.map(({ file }) => file), next: page.next }
  }
  return expectOrder(listPages(fetchPage, options), options.from)
}

/** Every object below `generations/`, as the service has it. */
export function listLegacy(connection: Connection, options: CallOptions): AsyncIterable<LegacyObject> {
  const { prefix } = connection.settings
  return listPages(async (token, { signal }) => {
    const page = await fetchObjects(connection, 'list the old replicas', signal, {
      prefix: `${prefix}generations/`,
      pageToken: token ?? undefined,
    })
    const items = page.items.map((item) => ({
      path: item.name.slice(prefix.length),
      size: sizeOf(item),
      modifiedAtMs: parseTimestamp(item.timeCreated ?? '') ?? 0,
    }))
    return { items, next: page.next }
  }, options)
}

async function fetchObjects(
  connection: Connection,
  what: string,
  signal: AbortSignal | undefined,
  values: Readonly<Record<string, string | undefined>>,
): Promise<ListPage<ListedObject>> {
  const fields = 'nextPageToken,items(name,size,timeCreated,metadata)'
  const { text } = await connection.exchange({
    kind: 'LIST',
    what,
    method: 'GET',
    target: `${connection.objects}?${query({ ...values, maxResults: PAGE_OBJECTS, fields })}`,
    signal,
  })
  const page = JSON.parse(text) as { items?: ListedObject[]; nextPageToken?: string }
  return { items: page.items ?? [], next: page.nextPageToken || null }
}

interface Found {
  file: FileInfo
  /** Whether `createdAtMs` is the header's time. */
  readonly exact: boolean
}

function fileOf(level: number, name: string, item: ListedObject): Found | null {
  const key = parseFileName(name)
  if (key === null) return null
  const headerMs = parseTimestamp(item.metadata?.[TIMESTAMP_KEY] ?? '')
  const earliestAtMs = parseTimestamp(item.metadata?.[EARLIEST_KEY] ?? '')
  const file: FileInfo = {
    level,
    ...key,
    size: sizeOf(item),
    createdAtMs: headerMs ?? parseTimestamp(item.timeCreated ?? '') ?? 0,
    ...(earliestAtMs === null ? {} : { earliestAtMs }),
  }
  return { file, exact: headerMs !== null }
}

function sizeOf(item: ListedObject): number {
  const size = Number(item.size)
  if (!Number.isSafeInteger(size) || size < 0) throw new Error(`${item.name} has a size of ${item.size}`)
  return size
}

/** Whoever copied the object without its metadata left the time in its header. */
async function readMissingTimes(
  connection: Connection,
  directory: string,
  found: Found[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const missing = found.filter(({ exact }) => !exact)
  for (let start = 0; start < missing.length; start += HEADERS_MAX) {
    await Promise.all(
      missing.slice(start, start + HEADERS_MAX).map(async (each) => {
        each.file = { ...each.file, createdAtMs: await headerTime(connection, directory, each.file, signal) }
      }),
    )
  }
}

async function headerTime(
  connection: Connection,
  directory: string,
  file: FileInfo,
  signal: AbortSignal | undefined,
): Promise<number> {
  const name = `${directory}${formatTxid(file.minTXID)}-${formatTxid(file.maxTXID)}.ltx`
  const parts: Uint8Array[] = []
  const range = { start: 0, end: HEADER_BYTES, signal }
  for await (const chunk of readObject(connection, name, `read the header of ${name}`, range))
    parts.push(chunk)
  return decodeHeader(new Uint8Array(Buffer.concat(parts))).timestampMs
}
