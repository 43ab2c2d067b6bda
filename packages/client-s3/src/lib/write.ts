import {
  ClientError,
  describeFile,
  isClientError,
  peekHeader,
  retryDelayMs,
  type ByteSource,
  type FileInfo,
  type FileKey,
  type ReplicaClient,
  type WriteOptions,
} from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { CreateOnly, verdictOf } from './create-only.ts'
import { PartCutter } from './cut-parts.ts'
import { objectKey } from './keys.ts'
import { linkedSignal } from './linked-signal.ts'
import { fileMetadata } from './metadata.ts'
import { PartsUsedUp, putInParts } from './multipart.ts'
import { largerPlan, PART_BYTES_MIN, type PartPlan } from './part-sizes.ts'
import { proveComplete } from './prove-complete.ts'
import { sweepUploads } from './sweep-uploads.ts'
import { bodyChecksum, CONFLICTS_MAX, look, newObject, settle, type WriteJob } from './write-job.ts'

/** A larger file is not sent twice only to try the server: a smaller one will come. */
const PROBE_BYTES_MAX = PART_BYTES_MIN

/** Closing waits for so long that a probe is taken away again. */
const SETTLE_MS_MAX = 5_000

/** Writes files of one replica, and remembers what the server showed of itself. */
export class Writer {
  readonly createOnly: CreateOnly
  readonly #connection: Connection
  readonly #client: Pick<ReplicaClient, 'readFile'>
  #probing = false
  #preparing: Promise<void> | null = null
  #swept = false

  constructor(connection: Connection, client: Pick<ReplicaClient, 'readFile'>) {
    this.#connection = connection
    this.#client = client
    this.createOnly = new CreateOnly(connection.settings.env.logger)
  }

  /** Stores a file: in one request when it fits into one part, otherwise in parts that become an object all at once, or never. */
  async write(file: FileKey, source: ByteSource, options: WriteOptions): Promise<FileInfo> {
    let plan: PartPlan | null = this.#connection.settings.parts
    while (plan !== null) {
      try {
        return await this.#writeIn(plan, file, source, options)
      } catch (error) {
        if (!(error instanceof PartsUsedUp)) throw error
        plan = largerPlan(plan)
      }
    }
    throw new ClientError(
      'CLIENT_BAD_OPTIONS',
      `${describeFile(file)} has more parts than the storage takes: raise part-size`,
    )
  }

  /** When what goes on beside the writes has ended: soon, once calls are refused. Waits no longer than it takes a healthy storage. */
  async settled(): Promise<void> {
    if (this.#preparing === null) return
    const enough = new AbortController()
    const { clock } = this.#connection.settings.env
    const limit = clock.sleep(SETTLE_MS_MAX, { signal: enough.signal }).catch(() => undefined)
    await Promise.race([this.#preparing, limit])
    enough.abort()
  }

  async #writeIn(
    plan: PartPlan,
    file: FileKey,
    source: ByteSource,
    options: WriteOptions,
  ): Promise<FileInfo> {
    using linked = linkedSignal(options.signal)
    const { signal } = linked
    await using peeked = await peekHeader(file, source, signal)
    const { timestampMs } = peeked.header
    const job: WriteJob = {
      connection: this.#connection,
      createOnly: this.createOnly,
      client: this.#client,
      file,
      key: objectKey(this.#connection.settings, file),
      what: `write ${describeFile(file)}`,
      source,
      metadata: fileMetadata(timestampMs, options.earliestAtMs),
      signal,
      stop: (reason) => linked.abort(reason),
    }
    const cutter = new PartCutter(peeked.body)
    const first = await cutter.next(plan.firstBytes)
    let size = first.bytes.length
    if (first.last) await this.#putWhole(job, first.bytes)
    else size = await putInParts(job, plan, first, cutter, this.#prepare(job))
    const { level, minTXID, maxTXID } = file
    return { level, minTXID, maxTXID, size, createdAtMs: timestampMs }
  }

  async #putWhole(job: WriteJob, bytes: Uint8Array): Promise<void> {
    const { createOnly } = this
    const { clock, random } = this.#connection.settings.env
    const stored: ByteSource = async function* () {
      yield bytes
    }
    for (let attempt = 0; ; attempt++) {
      if (createOnly.put !== 'proven' && (await look(job)) !== null) return await settle(job, stored)
      const conditional = createOnly.put !== 'disproven'
      try {
        await this.#put(job, bytes, conditional)
      } catch (error) {
        const verdict = conditional ? verdictOf(error) : 'other'
        if (verdict === 'refused' || verdict === 'conflict') createOnly.learn('put', 'proven')
        if (verdict === 'refused') return await settle(job, stored)
        if (verdict === 'unsupported') createOnly.learn('put', 'disproven')
        else if (verdict !== 'conflict' || attempt === CONFLICTS_MAX) throw error
        else await clock.sleep(retryDelayMs(attempt, random, 1000), { signal: job.signal })
        continue
      }
      if (createOnly.put === 'unknown' && bytes.length <= PROBE_BYTES_MAX) await this.#probe(job, bytes)
      return
    }
  }

  async #put(job: WriteJob, bytes: Uint8Array, conditional: boolean): Promise<void> {
    const { connection, key, what, signal } = job
    await connection.send(
      'PUT',
      what,
      { signal, bytesUp: bytes.length },
      ({ sdk, client, customerKey }, request) =>
        client.send(
          new sdk.PutObjectCommand({
            Bucket: connection.settings.bucket,
            Key: key,
            Body: bytes,
            ...bodyChecksum(connection, bytes),
            ...newObject(job),
            ...customerKey,
            ...(conditional ? { IfNoneMatch: '*' } : {}),
          }),
          request,
        ),
    )
  }

  /** The same create once more. A server that honours the condition refuses it; another one stores the same bytes again. */
  async #probe(job: WriteJob, bytes: Uint8Array): Promise<void> {
    if (this.#probing) return
    this.#probing = true
    try {
      await this.#put(job, bytes, true)
      this.createOnly.learn('put', 'disproven')
    } catch (error) {
      const verdict = verdictOf(error)
      if (verdict === 'refused' || verdict === 'conflict') this.createOnly.learn('put', 'proven')
      if (verdict === 'unsupported') this.createOnly.learn('put', 'disproven')
    } finally {
      this.#probing = false // any other failure says nothing: the next write tries again
    }
  }

  /** What the first upload in parts of a process has to find out, beside the sending of its parts. Never rejects. */
  #prepare(job: WriteJob): Promise<void> {
    if (this.createOnly.complete !== 'unknown' && this.#swept) return Promise.resolve()
    const work = async (): Promise<void> => {
      if (!this.#swept) await this.#trying('sweep unfinished uploads', () => sweepUploads(job))
      this.#swept = true
      if (this.createOnly.complete === 'unknown') {
        await this.#trying('probe uploads in parts', () => proveComplete(job))
      }
      this.#preparing = null
    }
    this.#preparing ??= work()
    return this.#preparing
  }

  async #trying(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const { logger } = this.#connection.settings.env
      logger.log('debug', `cannot ${what}`, { error: isClientError(error) ? error.message : String(error) })
    }
  }
}
