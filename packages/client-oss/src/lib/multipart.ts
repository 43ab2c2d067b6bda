import { isClientError, retryDelayMs } from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { FORBID_OVERWRITE, isTaken } from './create-only.ts'
import type { Part } from './cut-parts.ts'
import { refusalOf } from './errors.ts'
import { manyOf } from './list.ts'
import { parseObjectKey } from './keys.ts'
import { partBytes, PARTS_MAX } from './part-sizes.ts'
import { isThere, type WriteJob } from './write-job.ts'

/** A part is in memory: sending it again is cheaper than the whole file. */
const PART_RETRIES_MAX = 3
const PART_DELAY_MS_MAX = 5000

/** Parts held at once have no more bytes than this, unless one part alone is larger. */
const HELD_BYTES_MAX: number = 128 * 1024 * 1024

/** An upload as old as this belongs to a process that is gone. */
const STALE_MS: number = 24 * 3_600_000

interface SentPart {
  readonly partNumber: number
  readonly etag: string
}

/**
 * Sends a file in parts and makes an object of them, if its name is free. Nothing is visible before, and a failure gives the upload up.
 *
 * @returns Bytes of the file; `null` when the name was taken
 */
export async function putInParts(
  job: WriteJob,
  first: Part,
  rest: AsyncIterator<Part, void>,
): Promise<number | null> {
  if (job.createOnly.proof !== 'proven' && (await isThere(job))) return null
  const upload = await beginUpload(job)
  if (upload === null) return null
  let isUsedUp = false
  try {
    const { parts, size } = await sendParts(job, upload, first, rest)
    if (job.createOnly.proof !== 'proven' && (await isThere(job))) return null
    isUsedUp = await completeUpload(job, upload, parts)
    return isUsedUp ? size : null
  } catch (error) {
    job.stop(error)
    throw error
  } finally {
    if (!isUsedUp) giveUp(job.connection, job.key, upload)
  }
}

/** `null`: the name is taken. Not ended by the signal: nobody would know the upload. */
async function beginUpload(job: WriteJob): Promise<string | null> {
  const { connection, key, what, headers, signal } = job
  signal.throwIfAborted()
  const begun = connection.exchange({
    kind: 'PUT',
    what,
    method: 'POST',
    key,
    headers,
    subResources: { uploads: null },
  })
  const late = Promise.withResolvers<never>()
  const onAbort = (): void => late.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const { data } = await Promise.race([begun, late.promise])
    return idOf(data)
  } catch (error) {
    if (isTaken(error)) {
      job.createOnly.learn('proven')
      return null
    }
    begun.then(
      ({ data }) => giveUp(connection, key, idOf(data)),
      () => undefined,
    )
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function idOf(data: Readonly<Record<string, unknown>>): string {
  const { UploadId } = data
  if (typeof UploadId !== 'string' || UploadId === '')
    throw new Error('the service began an upload without an id')
  return UploadId
}

async function sendParts(
  job: WriteJob,
  upload: string,
  first: Part,
  rest: AsyncIterator<Part, void>,
): Promise<{ readonly parts: SentPart[]; readonly size: number }> {
  const { concurrency, partBytes: firstBytes } = job.connection.settings
  const parts: SentPart[] = []
  const underWay = new Set<Promise<void>>()
  let size = 0
  const begin = (partNumber: number, bytes: Uint8Array): void => {
    const sending: Promise<void> = sendPart(job, upload, partNumber, bytes)
      .then((part) => void (parts[partNumber - 1] = part))
      .catch((error: unknown) => job.stop(error)) // everything else then rejects with it
      .finally(() => underWay.delete(sending))
    underWay.add(sending)
  }
  try {
    let part = first
    for (let partNumber = 1; ; partNumber++) {
      if (partNumber > PARTS_MAX) throw new Error(`a file of more than ${size} bytes has too many parts`)
      size += part.bytes.length
      begin(partNumber, part.bytes)
      if (part.last) break
      const nextBytes = partBytes(firstBytes, partNumber + 1)
      const atOnce = Math.max(1, Math.min(concurrency, Math.floor(HELD_BYTES_MAX / nextBytes)))
      while (underWay.size >= atOnce) await Promise.race(underWay)
      job.signal.throwIfAborted()
      const step = await rest.next()
      if (step.done === true) throw new Error('a file ends with a part that says so')
      part = step.value
    }
  } catch (error) {
    job.stop(error)
    throw error
  } finally {
    await Promise.all(underWay)
  }
  job.signal.throwIfAborted()
  return { parts, size }
}

async function sendPart(
  job: WriteJob,
  upload: string,
  partNumber: number,
  bytes: Uint8Array,
): Promise<SentPart> {
  const { connection, key, what, signal } = job
  const { env } = connection.settings
  const subResources = { partNumber, uploadId: upload }
  for (let attempt = 0; ; attempt++) {
    try {
      const request = { kind: 'PUT', what, method: 'PUT', key, subResources, body: bytes, signal } as const
      const { headers } = await connection.exchange(request)
      return { partNumber, etag: headers['etag'] ?? '' }
    } catch (error) {
      if (!isClientError(error) || error.advice !== 'retry' || attempt === PART_RETRIES_MAX) throw error
      await env.clock.sleep(retryDelayMs(attempt, env.random, PART_DELAY_MS_MAX), { signal })
    }
  }
}

/** Makes the parts an object. `false`: the name is taken. When the answer is lost the caller writes again, and finds its own file. */
async function completeUpload(job: WriteJob, upload: string, parts: readonly SentPart[]): Promise<boolean> {
  const { connection, key, what, signal } = job
  const rows = parts.map(
    ({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${etag}</ETag></Part>`,
  )
  const body = Buffer.from(`<CompleteMultipartUpload>${rows.join('')}</CompleteMultipartUpload>`)
  const headers = { ...FORBID_OVERWRITE, 'content-type': 'application/xml' }
  const subResources = { uploadId: upload }
  try {
    await connection.exchange({ kind: 'PUT', what, method: 'POST', key, headers, subResources, body, signal })
    return true
  } catch (error) {
    if (isTaken(error)) {
      job.createOnly.learn('proven')
      return false
    }
    const isUnanswered = isClientError(error, 'CLIENT_UNREACHABLE') && refusalOf(error) === null
    if (!isUnanswered || !(await isThere(job))) throw error
    return false // the answer was lost, or another writer was faster: what is there is compared
  }
}

function giveUp(connection: Connection, key: string, upload: string): void {
  const what = `give up an upload of ${key}`
  const subResources = { uploadId: upload }
  connection.tidy(what, () =>
    connection.exchange({ kind: 'DELETE', what, method: 'DELETE', key, subResources, isTidying: true }),
  )
}

/** Gives up what crashed writers of this replica have begun: its parts cost money, and nobody sees them. */
export async function sweepUploads(connection: Connection): Promise<void> {
  const { root, env } = connection.settings
  const { data } = await connection.exchange({
    kind: 'LIST',
    what: 'look for unfinished uploads',
    method: 'GET',
    query: { prefix: root, 'max-uploads': 1000, 'encoding-type': 'url' },
    subResources: { uploads: null },
    isTidying: true,
  })
  const nowMs = connection.serverTimeMs ?? env.clock.wallMs()
  for (const found of manyOf(data['Upload'])) {
    const { Key = '', UploadId = '', Initiated = '' } = found as Readonly<Record<string, string>>
    const key = decodeURIComponent(Key)
    const isStale = Date.parse(Initiated) < nowMs - STALE_MS
    if (!isStale || parseObjectKey(connection.settings, key) === null) continue
    giveUp(connection, key, UploadId)
    env.logger.log('info', 'gave up an upload that a crashed writer left', { key })
  }
}
