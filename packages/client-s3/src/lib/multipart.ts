import { createHash } from 'node:crypto'
import { isClientError, observed, retryDelayMs } from '@ltx/client-core'
import type { CompletedPart, Connection, Send } from './connect.ts'
import { verdictOf } from './create-only.ts'
import type { Part, PartCutter } from './cut-parts.ts'
import { failedAnswer } from './errors.ts'
import { waitFor } from './linked-signal.ts'
import { partBytes, type PartPlan } from './part-sizes.ts'
import { bodyChecksum, CONFLICTS_MAX, look, newObject, settle, takenBy, type WriteJob } from './write-job.ts'

/** The stream is longer than all parts of the plan together. */
export class PartsUsedUp extends Error {
  override readonly name = 'PartsUsedUp'
}

/** A part is in memory: sending it again is cheaper than the whole file. */
const PART_RETRIES_MAX = 5
const PART_DELAY_MS_MAX = 10_000

/** Parts held at once have no more bytes than this, unless the settings ask for more, or one part alone is larger. */
const HELD_BYTES_MAX = 128 * 1024 * 1024

/** For what is done after the write is over, and its caller may have gone away. */
const TIDY_MS_MAX = 5_000

/**
 * Sends a file in parts and makes an object of them. Nothing is visible before, and a failure gives the upload up.
 *
 * @param prepared What has to be known before the last request; never rejects
 * @returns Bytes of the file
 * @throws {PartsUsedUp}
 */
export async function putInParts(
  job: WriteJob,
  plan: PartPlan,
  first: Part,
  cutter: PartCutter,
  prepared: Promise<void>,
): Promise<number> {
  let upload: string | null = null
  try {
    upload = await beginOrAbandon(job)
    const { parts, size } = await sendParts(job, plan, upload, first, cutter)
    await waitFor(prepared, job.signal)
    if (await publish(job, upload, parts, size)) upload = null
    return size
  } catch (error) {
    job.stop(error)
    throw error
  } finally {
    if (upload !== null) await abandon(job, upload)
  }
}

/** An abort does not wait for the answer, but the upload that it begins is given up. */
async function beginOrAbandon(job: WriteJob): Promise<string> {
  const begun = beginUpload(job)
  try {
    return await waitFor(begun, job.signal)
  } catch (error) {
    void begun.then(
      (upload) => abandon(job, upload),
      () => undefined,
    )
    throw error
  }
}

/** Not ended by the job's signal: nobody would know the upload. */
export async function beginUpload(job: WriteJob): Promise<string> {
  const { connection, key, what } = job
  const { UploadId } = await connection.send('PUT', what, {}, ({ sdk, client, customerKey }, request) =>
    client.send(
      new sdk.CreateMultipartUploadCommand({
        Bucket: connection.settings.bucket,
        Key: key,
        ...newObject(job),
        ...customerKey,
      }),
      request,
    ),
  )
  if (UploadId === undefined) throw new Error('the storage began an upload without an id')
  return UploadId
}

interface Sent {
  readonly parts: CompletedPart[]
  readonly size: number
}

async function sendParts(
  job: WriteJob,
  plan: PartPlan,
  upload: string,
  first: Part,
  cutter: PartCutter,
): Promise<Sent> {
  const { concurrency, parts: settings } = job.connection.settings
  const heldMax = Math.max(HELD_BYTES_MAX, concurrency * settings.firstBytes)
  const parts: CompletedPart[] = []
  const underWay = new Set<Promise<void>>()
  let size = 0
  const begin = (partNumber: number, bytes: Uint8Array): void => {
    const sending = sendPart(job, upload, partNumber, bytes)
      .then((part) => void (parts[partNumber - 1] = part))
      .catch((error: unknown) => job.stop(error)) // everything else then rejects with it
      .finally(() => underWay.delete(sending))
    underWay.add(sending)
  }
  try {
    let part = first
    for (let partNumber = 1; ; partNumber++) {
      if (partNumber > plan.partsMax) throw new PartsUsedUp()
      size += part.bytes.length
      begin(partNumber, part.bytes)
      if (part.last) break
      const nextBytes = partBytes(plan, partNumber + 1)
      const atOnce = Math.max(1, Math.min(concurrency, Math.floor(heldMax / nextBytes)))
      while (underWay.size >= atOnce) await Promise.race(underWay)
      job.signal.throwIfAborted()
      part = await cutter.next(nextBytes)
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

export async function sendPart(
  job: WriteJob,
  upload: string,
  partNumber: number,
  bytes: Uint8Array,
): Promise<CompletedPart> {
  const { connection, key, what, signal } = job
  const { env, bucket } = connection.settings
  for (let attempt = 0; ; attempt++) {
    try {
      const options = { signal, bytesUp: bytes.length }
      const part = await connection.send('PUT', what, options, ({ sdk, client, customerKey }, request) =>
        client.send(
          new sdk.UploadPartCommand({
            Bucket: bucket,
            Key: key,
            UploadId: upload,
            PartNumber: partNumber,
            Body: bytes,
            ...bodyChecksum(connection, bytes),
            ...customerKey,
          }),
          request,
        ),
      )
      const { ETag, ChecksumCRC32 } = part
      return { PartNumber: partNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) }
    } catch (error) {
      if (!isClientError(error) || error.advice !== 'retry' || attempt === PART_RETRIES_MAX) throw error
      await env.clock.sleep(retryDelayMs(attempt, env.random, PART_DELAY_MS_MAX), { signal })
    }
  }
}

export async function completeUpload(
  job: WriteJob,
  upload: string,
  parts: readonly CompletedPart[],
  conditional: boolean,
): Promise<void> {
  const { connection, key, what, signal } = job
  await connection.send('PUT', what, { signal }, ({ sdk, client, customerKey }, request) =>
    client.send(
      new sdk.CompleteMultipartUploadCommand({
        Bucket: connection.settings.bucket,
        Key: key,
        UploadId: upload,
        MultipartUpload: { Parts: [...parts] },
        ...customerKey,
        ...(conditional ? { IfNoneMatch: '*' } : {}),
      }),
      request,
    ),
  )
}

/** Makes the parts an object, if the name is free. Returns whether the upload is used up by it. */
async function publish(
  job: WriteJob,
  upload: string,
  parts: readonly CompletedPart[],
  size: number,
): Promise<boolean> {
  const { createOnly, connection, signal } = job
  const { clock, random } = connection.settings.env
  const etag = etagOf(parts)
  for (let attempt = 0; ; attempt++) {
    if (createOnly.complete !== 'proven' && (await look(job)) !== null) {
      await settleLarge(job, etag, size)
      return false
    }
    const conditional = createOnly.complete !== 'disproven'
    try {
      await completeUpload(job, upload, parts, conditional)
      return true
    } catch (error) {
      signal.throwIfAborted()
      const verdict = conditional ? verdictOf(error) : 'other'
      if (verdict === 'refused' || verdict === 'conflict') createOnly.learn('complete', 'proven')
      if (verdict === 'refused') {
        await settleLarge(job, etag, size)
        return false
      }
      if (verdict === 'unsupported') {
        createOnly.learn('complete', 'disproven')
        continue
      }
      const mayBeDone = failedAnswer(error).code === 'NoSuchUpload'
      if (!isClientError(error) || (error.advice !== 'retry' && !mayBeDone)) throw error
      if ((await look(job)) !== null) {
        await settleLarge(job, etag, size) // the answer was lost, or another writer was faster
        return mayBeDone
      }
      if (mayBeDone || attempt === CONFLICTS_MAX) throw error
    }
    await clock.sleep(retryDelayMs(attempt, random, PART_DELAY_MS_MAX), { signal })
  }
}

/** As {@link settle}, but without reading gigabytes where the ETag tells enough. */
async function settleLarge(job: WriteJob, etag: string | null, size: number): Promise<void> {
  const stored = await look(job)
  if (stored !== null && stored.size !== size) throw takenBy(job.file)
  if (stored !== null && etag !== null && stored.etag === etag) return
  await settle(job, job.source)
}

/**
 * The ETag that S3 gives to an object of these parts; `null` where the parts' own are not MD5s (encryption with keys).
 *
 * @see docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export function etagOf(parts: readonly CompletedPart[]): string | null {
  const hash = createHash('md5')
  for (const { ETag = '' } of parts) {
    const md5 = /^"?([0-9a-f]{32})"?$/.exec(ETag)?.[1]
    if (md5 === undefined) return null
    hash.update(md5, 'hex')
  }
  return `"${hash.digest('hex')}-${parts.length}"`
}

/** Gives an upload up. */
export async function abandon(job: WriteJob, upload: string): Promise<void> {
  const { connection, key } = job
  const input = { Bucket: connection.settings.bucket, Key: key, UploadId: upload }
  await tidyUp(connection, `give up an upload of ${key}`, ({ sdk, client }, request) =>
    client.send(new sdk.AbortMultipartUploadCommand(input), request),
  )
}

/**
 * A request that takes away what is of no use any more, after an abort and after `close` as well. What fails here is only logged: the
 * write is over, and a later process sweeps.
 */
export async function tidyUp(connection: Connection, what: string, send: Send<unknown>): Promise<void> {
  const { env, onRequest } = connection.settings
  try {
    const opened = await connection.opened()
    const signal = AbortSignal.timeout(TIDY_MS_MAX)
    await observed(onRequest, env.clock, 'DELETE', () =>
      connection.translated(what, signal, () => send(opened, { abortSignal: signal })),
    )
  } catch (error) {
    if (failedAnswer(error).code !== 'NoSuchUpload')
      env.logger.log('debug', `cannot ${what}`, { error: String(error) })
  }
}
