import {
  ClientError,
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
import type { Connection, ListedBlob } from './connect.ts'
import { readBlob } from './read.ts'
import type { SeekProof } from './seek-proof.ts'

/** Where Litestream puts the header's time. Lower case: it looks for nothing else. */
export const TIMESTAMP_KEY = 'litestreamtimestamp'

/** Where we put the time of a compaction's earliest source: names of Azure's metadata have no hyphens. */
export const EARLIEST_KEY = 'ltxearliesttimestamp'

/** Blobs of one page; what Azure gives at most. */
const PAGE_BLOBS = 5000

/** Headers read at once, of files that somebody else has copied without their metadata. */
const HEADERS_MAX = 50

/**
 * The files of a level in order, page after page as they are asked for. Azure itself skips to `from`, once it has shown that it can:
 * whoever trusts a service that understands the start in another way misses files.
 */
export async function* listLevel(
  connection: Connection,
  level: number,
  options: ListOptions,
  proof: SeekProof,
): AsyncGenerator<FileInfo, void, undefined> {
  const directory = `${connection.settings.prefix}${levelDirectory('decimal', level)}/`
  const { from, signal } = options
  const what = `list level ${level}`
  const seeks = from !== undefined && proof.outcome === 'right'
  const startFrom = seeks ? `${directory}${formatTxid(from)}` : undefined
  let count = 0
  let last: string | null = null
  const fetchPage = async (token: string | null): Promise<ListPage<FileInfo>> => {
    const query = { prefix: directory, startFrom, token: token ?? undefined, sizeMax: PAGE_BLOBS, signal }
    const page = await connection.list(what, query)
    count += page.items.length
    last = page.items.at(-1)?.name ?? last
    const found = page.items
      .map((item) => fileOf(level, item.name.slice(directory.length), item))
      .filter((file) => file !== null)
      .filter(({ file }) => from === undefined || file.minTXID >= from)
    if (options.exactTimestamps === true) await readMissingTimes(connection, directory, found, signal)
    return { items: found.map(({ file }) => file), next: page.next }
  }
  yield* expectOrder(listPages(fetchPage, options), from)
  if (from === undefined || seeks || proof.outcome === 'wrong' || last === null || count < 2) return
  await proof.try(async () => {
    const page = await connection.list(what, { prefix: directory, startFrom: last ?? '', sizeMax: 1, signal })
    const [first] = page.items // none: it was deleted meanwhile, or the service means something else by the start
    return first === undefined ? null : first.name === last
  })
}

/** Every blob below `generations/`, as Azure has it. */
export function listLegacy(connection: Connection, options: CallOptions): AsyncIterable<LegacyObject> {
  const { prefix } = connection.settings
  return listPages(async (token, { signal }) => {
    const query = { prefix: `${prefix}generations/`, token: token ?? undefined, sizeMax: PAGE_BLOBS, signal }
    const page = await connection.list('list the old replicas', query)
    const items = page.items
      .filter(({ metadata }) => metadata['hdi_isfolder'] !== 'true')
      .map((item) => ({
        path: item.name.slice(prefix.length),
        size: sizeOf(item),
        modifiedAtMs: item.createdMs,
      }))
    return { items, next: page.next }
  }, options)
}

interface Found {
  file: FileInfo
  /** Whether `createdAtMs` is the header's time. */
  readonly exact: boolean
}

function fileOf(level: number, name: string, item: ListedBlob): Found | null {
  const key = parseFileName(name)
  if (key === null) return null
  const headerMs = parseTimestamp(item.metadata[TIMESTAMP_KEY] ?? '')
  const earliestAtMs = parseTimestamp(item.metadata[EARLIEST_KEY] ?? '')
  const file: FileInfo = {
    level,
    ...key,
    size: sizeOf(item),
    createdAtMs: headerMs ?? item.createdMs,
    ...(earliestAtMs === null ? {} : { earliestAtMs }),
  }
  return { file, exact: headerMs !== null }
}

function sizeOf(item: ListedBlob): number {
  if (Number.isSafeInteger(item.size) && item.size >= 0) return item.size
  throw new ClientError('CLIENT_UNEXPECTED', `the blob ${item.name} has a size of ${item.size}`)
}

/** Whoever copied the blob without its metadata left the time in its header. */
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
  for await (const chunk of readBlob(connection, name, `read the header of ${name}`, range)) parts.push(chunk)
  return decodeHeader(new Uint8Array(Buffer.concat(parts))).timestampMs
}
