import {
  describeFile,
  isClientError,
  listPages,
  type CallOptions,
  type FileInfo,
  type ListOptions,
  type ListPage,
} from '@ltx/client-core'
import { decodeHeader, formatTxid, HEADER_BYTES } from '@ltx/format'
import type { Connection } from './connect.ts'
import { headObject } from './head.ts'
import { levelPrefix, objectKey, parseObjectKey } from './keys.ts'
import { timesOf } from './metadata.ts'
import { readObject } from './read.ts'

/** Files asked for their metadata at once. */
const HEADS_MAX = 50

/** The objects below a prefix, page by page. */
export interface ListedObject {
  readonly key: string
  readonly size: number
  /** When the storage wrote it, in ms since the epoch. */
  readonly modifiedAtMs: number
}

export async function listPage(
  connection: Connection,
  what: string,
  place: { readonly prefix: string; readonly startAfter?: string | undefined; readonly token: string | null },
  options: CallOptions,
): Promise<ListPage<ListedObject>> {
  const { prefix, startAfter, token } = place
  const page = await connection.send('LIST', what, { signal: options.signal }, ({ sdk, client }, request) =>
    client.send(
      new sdk.ListObjectsV2Command({
        Bucket: connection.settings.bucket,
        Prefix: prefix,
        ...(token === null ? {} : { ContinuationToken: token }),
        ...(token === null && startAfter !== undefined ? { StartAfter: startAfter } : {}),
      }),
      request,
    ),
  )
  const items = (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => ({
    key: Key,
    size: Size,
    modifiedAtMs: LastModified?.getTime() ?? 0,
  }))
  return { items, next: page.IsTruncated === true ? (page.NextContinuationToken ?? null) : null }
}

/** The files of a level in the order of the storage. With `exactTimestamps` one more request for each. */
export async function* listLevel(
  connection: Connection,
  level: number,
  options: ListOptions,
): AsyncGenerator<FileInfo, void, undefined> {
  const { settings } = connection
  const { from, exactTimestamps = false } = options
  const prefix = levelPrefix(settings, level)
  // A name is larger than the TXID it begins with, so the first file that begins there is listed.
  const startAfter = from === undefined || !settings.listsInOrder ? undefined : `${prefix}${formatTxid(from)}`
  const what = `list level ${level}`
  yield* listPages(async (token, { signal }) => {
    const page = await listPage(connection, what, { prefix, startAfter, token }, { signal })
    const files = page.items.flatMap((object) => infoOf(connection, object) ?? [])
    const wanted = from === undefined ? files : files.filter((file) => file.minTXID >= from)
    return {
      items: exactTimestamps ? await withExactTimes(connection, wanted, signal) : wanted,
      next: page.next,
    }
  }, options)
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
  try {
    const head = await headObject(
      connection,
      `read the time of ${describeFile(file)}`,
      objectKey(connection.settings, file),
      signal,
    )
    const { createdAtMs, earliestAtMs } = timesOf(head.metadata)
    return {
      ...file,
      createdAtMs: createdAtMs ?? (await headerTime(connection, file, signal)),
      ...(earliestAtMs === undefined ? {} : { earliestAtMs }),
    }
  } catch (error) {
    if (isClientError(error, 'CLIENT_NOT_FOUND')) return null
    throw error
  }
}

/** For files that somebody copied here without their metadata. */
async function headerTime(
  connection: Connection,
  file: FileInfo,
  signal: AbortSignal | undefined,
): Promise<number> {
  const chunks: Uint8Array[] = []
  const what = `read the header of ${describeFile(file)}`
  const key = objectKey(connection.settings, file)
  for await (const chunk of readObject(connection, what, key, { end: HEADER_BYTES, signal }))
    chunks.push(chunk)
  return decodeHeader(Buffer.concat(chunks)).timestampMs
}
