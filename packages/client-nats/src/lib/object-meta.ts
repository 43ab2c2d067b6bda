import { formatTimestamp, parseTimestamp } from '@ltx/client-core'

/** Where Litestream keeps the header's time: a header of the object. */
const TIMESTAMP_HEADER = 'Litestream-Timestamp'

/** Where we keep the time of a compaction's earliest source. */
const EARLIEST_HEADER = 'Ltx-Earliest-Timestamp'

const DIGEST_PREFIX = 'SHA-256='

/**
 * What an object store says about one object: a message of its own, replaced by the next of the same name.
 *
 * @see NATS ADR-20, "JetStream based Object Stores"
 */
export interface ObjectMeta {
  readonly name: string
  /** Its chunks are under this. */
  readonly nuid: string
  /** Bytes. */
  readonly size: number
  readonly chunks: number
  /** SHA-256 in base64url; `null` when it is none. */
  readonly digest: string | null
  /** Nothing is there but this message. */
  readonly deleted: boolean
  /** `null` when it was not stored by Litestream or by us. */
  readonly timestampMs: number | null
  readonly earliestAtMs: number | null
  /** Of the message, in the stream. */
  readonly sequence: number
  /** When the server stored the message, in ms since the epoch. */
  readonly storedAtMs: number
}

export interface NewObject {
  readonly bucket: string
  readonly name: string
  readonly nuid: string
  readonly size: number
  readonly chunks: number
  /** The largest that a chunk may be. */
  readonly chunkBytes: number
  /** SHA-256 in base64url. */
  readonly digest: string
  readonly timestampMs: number
  readonly earliestAtMs: number | undefined
  /** Of the clock on the wall. */
  readonly nowMs: number
}

export function encodeMeta(object: NewObject): string {
  const headers: Record<string, readonly string[]> = {
    [TIMESTAMP_HEADER]: [formatTimestamp(object.timestampMs)],
    ...(object.earliestAtMs === undefined
      ? {}
      : { [EARLIEST_HEADER]: [formatTimestamp(object.earliestAtMs)] }),
  }
  return JSON.stringify({
    name: object.name,
    headers,
    options: { max_chunk_size: object.chunkBytes },
    bucket: object.bucket,
    nuid: object.nuid,
    size: object.size,
    mtime: new Date(object.nowMs).toISOString(),
    chunks: object.chunks,
    digest: `${DIGEST_PREFIX}${object.digest}`,
  })
}

/** `null`: no object, as a link or whatever else somebody has put there. */
export function parseMeta(
  text: string,
  message: { readonly sequence: number; readonly storedAtMs: number },
): ObjectMeta | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { name, nuid, size, chunks, digest, deleted, headers } = value as Readonly<Record<string, unknown>>
  if (typeof name !== 'string' || typeof nuid !== 'string' || !/^\w+$/.test(nuid)) return null
  if (!isCount(size) || !isCount(chunks)) return null
  return {
    name,
    nuid,
    size,
    chunks,
    digest:
      typeof digest === 'string' && digest.startsWith(DIGEST_PREFIX)
        ? digest.slice(DIGEST_PREFIX.length)
        : null,
    deleted: deleted === true,
    timestampMs: timeIn(headers, TIMESTAMP_HEADER),
    earliestAtMs: timeIn(headers, EARLIEST_HEADER),
    ...message,
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function timeIn(headers: unknown, name: string): number | null {
  const values = (headers as Readonly<Record<string, unknown>> | null | undefined)?.[name]
  const first: unknown = Array.isArray(values) ? values[0] : undefined
  return typeof first === 'string' ? parseTimestamp(first) : null
}

/** The same digest, however its end is padded. */
export function sameDigest(first: string, second: string): boolean {
  return first.replace(/=+$/, '') === second.replace(/=+$/, '')
}

/** The stream of an object store. */
export function streamOf(bucket: string): string {
  return `OBJ_${bucket}`
}

export function chunkSubject(bucket: string, nuid: string): string {
  return `$O.${bucket}.C.${nuid}`
}

/** Of one object. Base64url with padding: it has to be the same text that other clients make. */
export function metaSubject(bucket: string, name: string): string {
  const text = Buffer.from(name).toString('base64url')
  return `$O.${bucket}.M.${text.padEnd(Math.ceil(text.length / 4) * 4, '=')}`
}

/** Of all objects. */
export function allMetaSubjects(bucket: string): string {
  return `$O.${bucket}.M.>`
}
