import {
  ClientError,
  describeFile,
  isClientError,
  type CallOptions,
  type FileInfo,
  type FileKey,
  type ReplicaClient,
} from '@ltx/client-core'
import { systemErrorCode } from '@ltx/env'
import { decodeHeader, HEADER_BYTES, isFormatError, type Txid } from '@ltx/format'
import { gatherBytes } from './gather-bytes.ts'
import { compareWithStored } from './identity.ts'
import type { LocalCopy, LocalFilesPort } from './local-files-port.ts'
import { planUpload, type UploadStep } from './plan-upload.ts'
import type { RemoteFiles } from './remote-files.ts'
import { verifiedSource } from './verified-source.ts'

export interface UploadComponents {
  readonly client: ReplicaClient
  readonly local: LocalFilesPort
  readonly remote: RemoteFiles
}

export interface UploadOptions extends CallOptions {
  /** The newest local file that was made, wherever it is now; `null` or absent: not known. */
  readonly newest?: Txid | null | undefined
}

interface Uploaded {
  /** What this call has confirmed, in order. */
  readonly files: readonly FileInfo[]
  /** Everything local up to here is in the replica; `null`: nothing is. */
  readonly confirmed: Txid | null
}

export type UploadOutcome =
  | (Uploaded & { readonly kind: 'nothing' })
  /** `more`: the batch is full, others wait. */
  | (Uploaded & { readonly kind: 'uploaded'; readonly more: boolean })
  /** The local file that comes next is gone. Nothing after it can go up without a hole. */
  | (Uploaded & { readonly kind: 'missing'; readonly txid: Txid })
  /** The local file that comes next is damaged. It was not stored, and nothing after it can go up. */
  | (Uploaded & { readonly kind: 'damaged'; readonly txid: Txid; readonly error: Error })
  /** The replica holds other bytes under this TXID: another writer owns it. Nothing was overwritten and nothing left out. */
  | (Uploaded & { readonly kind: 'conflict'; readonly txid: Txid; readonly error: Error })

/**
 * Brings local level 0 files to the replica, one after the other in the order of {@link planUpload}, so that a reader never sees a file
 * whose predecessor is not there yet; but for the one beside the first image, from which alone nothing can be restored.
 *
 * After each attempt that failed the storage is asked first whether the file is there, since its reply may have been lost, and a server
 * that refuses an existing name may hang up in the middle of what is sent, for ever. Where it cannot refuse to overwrite, it is asked
 * also before the first upload of a process.
 */
export class Uploader {
  readonly #components: UploadComponents
  readonly #filesMax: number
  #confirmed: Txid | null
  #mayBeStored = true
  #hasFailed = false
  #running = false

  /** @param settings `filesMax` files of one call, 0 for all; `confirmed` as {@link planStart} says */
  constructor(
    components: UploadComponents,
    settings: { readonly filesMax: number; readonly confirmed: Txid | null },
  ) {
    this.#components = components
    this.#filesMax = settings.filesMax
    this.#confirmed = settings.confirmed
  }

  /** Everything local up to here is in the replica; `null`: nothing is. Also true after a call that failed. */
  get confirmed(): Txid | null {
    return this.#confirmed
  }

  /** For what goes up in another way: the first image as a snapshot, a new base after a conflict. */
  continueAfter(confirmed: Txid | null): void {
    this.#confirmed = confirmed
    this.#mayBeStored = true
  }

  /**
   * One attempt, at most one batch. Calls must not overlap.
   *
   * @throws {ClientError} when the storage fails: what was confirmed before stays confirmed
   */
  async uploadPending(options: UploadOptions = {}): Promise<UploadOutcome> {
    if (this.#running) throw new Error('invariant broken: uploads of one database do not overlap')
    this.#running = true
    try {
      return await this.#upload(options)
    } finally {
      this.#running = false
    }
  }

  async #upload({ newest = null, ...options }: UploadOptions): Promise<UploadOutcome> {
    const local = await this.#components.local.list(this.#confirmed)
    const plan = planUpload({ local, confirmed: this.#confirmed, newest, filesMax: this.#filesMax })
    const files: FileInfo[] = []
    if (plan.kind === 'nothing') return { kind: 'nothing', files, confirmed: this.#confirmed }
    if (plan.kind === 'missing') return this.#missing(files, plan.txid)
    for (const step of plan.steps) {
      options.signal?.throwIfAborted()
      const { copy } = step
      try {
        const info = await this.#store(step, options)
        this.#components.remote.add(info)
        this.#confirmed = step.confirms
        files.push(info)
      } catch (error) {
        if (isClientError(error, 'CLIENT_EXISTS')) {
          return { kind: 'conflict', txid: copy.txid, error, files, confirmed: this.#confirmed }
        }
        if (systemErrorCode(error) === 'ENOENT') return this.#missing(files, copy.txid)
        if (isFormatError(error) || isClientError(error, 'CLIENT_BAD_FILE')) {
          return { kind: 'damaged', txid: copy.txid, error, files, confirmed: this.#confirmed }
        }
        throw error
      }
    }
    return { kind: 'uploaded', files, confirmed: this.#confirmed, more: plan.more }
  }

  #missing(files: readonly FileInfo[], txid: Txid): UploadOutcome {
    return { kind: 'missing', txid, files, confirmed: this.#confirmed }
  }

  /** @throws {ClientError} `CLIENT_EXISTS` when other bytes are stored */
  async #store({ copy, key }: UploadStep, options: CallOptions): Promise<FileInfo> {
    const { client, local } = this.#components
    const mayBeStored = !client.abilities.createOnly && this.#mayBeStored
    if (mayBeStored || this.#hasFailed || this.#isListed(key)) {
      const stored = await compareWithStored(this.#components, copy, key, options)
      if (stored === 'different') throw storedByAnother(key)
      if (stored === 'same') return await this.#storedAlready(copy, key)
    }
    this.#mayBeStored = this.#hasFailed = true // until the reply is here
    const source = verifiedSource(local.read(copy.txid), local.writtenChecksum(copy.txid))
    const info = await client.writeFile(key, source, options)
    if (info.size !== copy.bytes) {
      const found = `${describeFile(key)} has ${copy.bytes} bytes, but the replica says it stored ${info.size}`
      throw new ClientError('CLIENT_UNEXPECTED', found)
    }
    this.#mayBeStored = this.#hasFailed = false
    return info
  }

  /** Known to be stored: nothing need be sent to find out whether it is the same. */
  #isListed({ level, maxTXID }: FileKey): boolean {
    const files = this.#components.remote.level(level)
    return files.findLast((file) => file.maxTXID <= maxTXID)?.maxTXID === maxTXID // new files come last: one look
  }

  /** If this one is there, the next one may be as well: it is asked for too. */
  async #storedAlready(copy: LocalCopy, key: FileKey): Promise<FileInfo> {
    const { timestampMs } = decodeHeader(
      await gatherBytes(this.#components.local.read(copy.txid)(), HEADER_BYTES),
    )
    return { ...key, size: copy.bytes, createdAtMs: timestampMs }
  }
}

export function storedByAnother(key: FileKey): ClientError {
  return new ClientError('CLIENT_EXISTS', `${describeFile(key)} is in the replica already, with other bytes`)
}
