import {
  ClientError,
  compareStored,
  describeFile,
  peekHeader,
  type ByteSource,
  type FileInfo,
  type FileKey,
  type ReplicaClient,
  type WriteOptions,
} from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { CreateOnly, FORBID_OVERWRITE, isTaken } from './create-only.ts'
import { cutParts } from './cut-parts.ts'
import { objectKey } from './keys.ts'
import { linkedSignal } from './linked-signal.ts'
import { fileMetadata } from './metadata.ts'
import { putInParts, sweepUploads } from './multipart.ts'
import { partBytes } from './part-sizes.ts'
import { isThere, type WriteJob } from './write-job.ts'

/** No larger file is sent twice, to see whether it is refused. */
const PROBE_BYTES_MAX: number = 1024 * 1024

/** Writes files, each only if its name is free. Finds out with the first ones whether the bucket sees to that itself. */
export class Writer {
  readonly createOnly: CreateOnly
  readonly #connection: Connection
  readonly #client: Pick<ReplicaClient, 'readFile'>
  #probing = false
  #hasSwept = false

  constructor(connection: Connection, client: Pick<ReplicaClient, 'readFile'>) {
    this.#connection = connection
    this.#client = client
    this.createOnly = new CreateOnly(connection.settings.env.logger)
  }

  async write(file: FileKey, source: ByteSource, options: WriteOptions): Promise<FileInfo> {
    const { settings } = this.#connection
    using linked = linkedSignal(options.signal)
    const { signal } = linked
    await using peeked = await peekHeader(file, source, signal)
    const { timestampMs } = peeked.header
    const job: WriteJob = {
      connection: this.#connection,
      createOnly: this.createOnly,
      key: objectKey(settings, file),
      what: `write ${describeFile(file)}`,
      headers: { ...fileMetadata(timestampMs, options.earliestAtMs), ...FORBID_OVERWRITE },
      signal,
      stop: (reason) => linked.abort(reason),
    }
    const parts = cutParts(peeked.body, (partNumber) => partBytes(settings.partBytes, partNumber))
    let size: number | null
    try {
      const first = await parts.next()
      if (first.done === true) throw new Error('a stream is cut into one part at least')
      const { bytes, last } = first.value
      if (!last) this.#sweep()
      size = last ? await this.#putWhole(job, bytes) : await putInParts(job, first.value, parts)
    } finally {
      await parts.return()
    }
    size ??= await this.#sizeOfEqual(file, source, options.signal)
    const { level, minTXID, maxTXID } = file
    const { earliestAtMs } = options
    const earliest = earliestAtMs === undefined ? {} : { earliestAtMs }
    return { level, minTXID, maxTXID, size, createdAtMs: timestampMs, ...earliest }
  }

  /** Bytes stored; `null` when the name was taken. */
  async #putWhole(job: WriteJob, bytes: Uint8Array): Promise<number | null> {
    if (this.createOnly.proof !== 'proven' && (await isThere(job))) return null
    if (!(await this.#put(job, bytes))) return null
    if (this.createOnly.proof === 'unknown' && bytes.length <= PROBE_BYTES_MAX) await this.#probe(job, bytes)
    return bytes.length
  }

  /** Whether it was stored. */
  async #put({ connection, key, what, headers, signal }: WriteJob, bytes: Uint8Array): Promise<boolean> {
    try {
      await connection.exchange({ kind: 'PUT', what, method: 'PUT', key, headers, body: bytes, signal })
      return true
    } catch (error) {
      if (!isTaken(error)) throw error
      this.createOnly.learn('proven')
      return false
    }
  }

  /** The same create once more: it is refused, or the same bytes are stored again. */
  async #probe(job: WriteJob, bytes: Uint8Array): Promise<void> {
    if (this.#probing) return
    this.#probing = true
    try {
      if (await this.#put(job, bytes)) this.createOnly.learn('disproven')
    } catch {
      job.signal.throwIfAborted() // any other failure says nothing: the next write tries again
    } finally {
      this.#probing = false
    }
  }

  /** Beside the first upload in parts of a process. */
  #sweep(): void {
    if (this.#hasSwept) return
    this.#hasSwept = true
    this.#connection.tidy('give up unfinished uploads', () => sweepUploads(this.#connection))
  }

  /** Bytes of a file that is there already, when it is this one: perhaps our own, and the reply was lost. */
  async #sizeOfEqual(file: FileKey, source: ByteSource, signal: AbortSignal | undefined): Promise<number> {
    let size = 0
    const counted: ByteSource = async function* () {
      for await (const chunk of source()) {
        size += chunk.length
        yield chunk
      }
    }
    const stored = await compareStored(this.#client, file, counted, { signal })
    if (stored === 'same') return size
    if (stored === 'different') {
      throw new ClientError(
        'CLIENT_EXISTS',
        `${describeFile(file)} is there already, with other bytes: does another process replicate to this path?`,
      )
    }
    throw new ClientError('CLIENT_BUSY', `${describeFile(file)} was there, and then it was not`)
  }
}
