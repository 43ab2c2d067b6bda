import { createHash } from 'node:crypto'
import {
  ClientError,
  observed,
  translating,
  type CallOptions,
  type Diagnosis,
  type RequestKind,
} from '@ltx/client-core'
import type { Env } from '@ltx/env'
import type * as S3Sdk from '@aws-sdk/client-s3'
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { customerKey } from './encryption.ts'
import { diagnose, failedAnswer } from './errors.ts'
import { HttpHandler } from './http-handler.ts'
import { waitFor } from './linked-signal.ts'
import type { S3Settings } from './options.ts'

export type { CompletedPart, StorageClass } from '@aws-sdk/client-s3'

/** The SDK, loaded when the first request needs it: it takes longer to load than all of the command. */
export type Sdk = typeof S3Sdk

/** Fields of a request that carry the customer's key; none without one. */
export interface CustomerKeyFields {
  readonly SSECustomerAlgorithm?: 'AES256'
  readonly SSECustomerKey?: string
}

export interface Opened {
  readonly sdk: Sdk
  readonly client: S3Client
  readonly customerKey: CustomerKeyFields
}

export interface SendOptions extends CallOptions {
  readonly bytesUp?: number | undefined
}

/** One request: makes it with what is open, and passes `options` on. */
export type Send<Output> = (
  opened: Opened,
  options: { readonly abortSignal?: AbortSignal },
) => Promise<Output>

/** The way to the storage: opened by the first request, shared by all. */
export class Connection {
  readonly settings: S3Settings
  readonly #handler: HttpHandler
  #opening: Promise<Opened> | null = null
  #region: string | null
  #bucketRegion: string | null = null
  #serverTime: { readonly serverMs: number; readonly atMs: number } | null = null
  #closed = false

  constructor(settings: S3Settings) {
    this.settings = settings
    this.#region = settings.region
    this.#handler = new HttpHandler({
      timeoutMs: settings.timeoutMs,
      skipVerify: settings.skipVerify,
      proxy: settings.proxy,
      onAnswer: (headers) => this.#learn(headers),
    })
  }

  /** The server's time in ms since the epoch, by its last answer; `null` before the first. */
  get serverTimeMs(): number | null {
    if (this.#serverTime === null) return null
    const { serverMs, atMs } = this.#serverTime
    return serverMs + Math.round(this.settings.env.clock.elapsedMs() - atMs)
  }

  async open(signal: AbortSignal | undefined): Promise<Opened> {
    this.checkOpen(signal)
    this.#opening ??= this.#open()
    const opening = this.#opening
    try {
      return await waitFor(opening, signal)
    } catch (error) {
      if (this.#opening === opening && signal?.aborted !== true) this.#opening = null // the next call tries again
      throw error
    }
  }

  /** What is open, for tidying up after `close` as well. */
  async opened(): Promise<Opened> {
    this.#opening ??= this.#open()
    return await this.#opening
  }

  /** One request with a report. `what` reads like `read level 0 file …`. */
  async send<Output>(
    kind: RequestKind,
    what: string,
    options: SendOptions,
    send: Send<Output>,
  ): Promise<Output> {
    const { signal, bytesUp = 0 } = options
    const opened = await this.open(signal)
    const { onRequest, env } = this.settings
    return await observed(onRequest, env.clock, kind, (bytes) => {
      bytes.up = bytesUp
      return this.translated(what, signal, () =>
        send(opened, signal === undefined ? {} : { abortSignal: signal }),
      )
    })
  }

  /** Makes a `ClientError` of what the SDK throws. */
  async translated<Result>(
    what: string,
    signal: AbortSignal | undefined,
    call: () => Promise<Result>,
  ): Promise<Result> {
    return await translating(
      what,
      (error) => this.diagnose(error),
      signal,
      async () => {
        try {
          return await call()
        } catch (error) {
          if (this.#closed) throw closedError()
          throw error
        }
      },
    )
  }

  diagnose(error: unknown): Diagnosis {
    const { bucket, endpoint, env } = this.settings
    const diagnosis = diagnose(error, {
      bucket,
      endpoint: endpoint?.host ?? null,
      region: this.#region,
      bucketRegion: this.#bucketRegion,
      wallMs: env.clock.wallMs(),
      serverMs: this.serverTimeMs,
    })
    if (diagnosis.code === 'CLIENT_UNREACHABLE') this.#handler.closeIdle()
    return diagnosis
  }

  checkOpen(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (this.#closed) throw closedError()
  }

  /** From now on every call is refused; what is under way goes on. */
  refuse(): void {
    this.#closed = true
  }

  /** Ends what is under way. */
  close(): void {
    this.refuse()
    this.#handler.destroy()
  }

  #learn(headers: Readonly<Record<string, string>>): void {
    const serverMs = Date.parse(headers['date'] ?? '')
    if (!Number.isNaN(serverMs)) this.#serverTime = { serverMs, atMs: this.settings.env.clock.elapsedMs() }
    this.#bucketRegion = headers['x-amz-bucket-region'] ?? this.#bucketRegion
  }

  async #open(): Promise<Opened> {
    const sdk: Sdk = await import('@aws-sdk/client-s3')
    const key = await customerKey(this.settings.encryption, this.settings.env)
    this.#region ??= await this.#lookUpRegion(sdk)
    return {
      sdk,
      client: this.#makeClient(sdk, this.#region),
      customerKey: key === null ? {} : { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key },
    }
  }

  /** AWS names the region of a bucket in a header of nearly every answer, of refusals too. */
  async #lookUpRegion(sdk: Sdk): Promise<string> {
    const { bucket, onRequest, env } = this.settings
    const client = this.#makeClient(sdk, 'us-east-1')
    const what = `find the region of bucket ${bucket}`
    await observed(onRequest, env.clock, 'HEAD', () =>
      this.translated(what, undefined, async () => {
        try {
          await client.send(new sdk.HeadBucketCommand({ Bucket: bucket }))
        } catch (error) {
          const { status } = failedAnswer(error)
          if (status === 404)
            throw Object.assign(new Error(bucket, { cause: error }), { code: 'NoSuchBucket' })
          if (this.#bucketRegion === null && (status === 0 || status >= 500)) throw error
        }
      }),
    )
    return this.#bucketRegion ?? 'us-east-1'
  }

  #makeClient(sdk: Sdk, region: string): S3Client {
    const { settings } = this
    const crc = settings.checksum === 'crc32' && settings.signPayload
    const config: S3ClientConfig = {
      region,
      forcePathStyle: settings.forcePathStyle,
      useArnRegion: true,
      followRegionRedirects: false,
      maxAttempts: 1, // retries are the caller's: one budget for all
      requestHandler: this.#handler as unknown as NonNullable<S3ClientConfig['requestHandler']>,
      requestChecksumCalculation: crc ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED', // LTX files carry their own checksums
      customUserAgent: 'ltx',
    }
    if (settings.endpoint !== null) config.endpoint = settings.endpoint.href.replace(/\/$/, '')
    if (settings.profile !== null) config.profile = settings.profile
    const found = foundFor(settings)
    const credentials = settings.credentials ?? found.get(settings.profile)
    if (credentials !== undefined) config.credentials = credentials
    const client = new sdk.S3Client({ ...config, ...NO_EXPECT })
    if (settings.credentials === null) found.set(settings.profile, client.config.credentials)
    addHeaders(client, settings)
    return client
  }
}

type FoundCredentials = S3Client['config']['credentials']

/** What the SDK has found, by profile: with a thousand clients in one program, not each has to ask the machine for its role. */
const FOUND: WeakMap<Env, Map<string | null, FoundCredentials>> = new WeakMap()

function foundFor({ env }: S3Settings): Map<string | null, FoundCredentials> {
  const found = FOUND.get(env) ?? new Map<string | null, FoundCredentials>()
  FOUND.set(env, found)
  return found
}

/** Bodies are in memory and small: waiting for `100 Continue` would cost a round trip, and a connection each. */
const NO_EXPECT = { expectContinueHeader: false }

interface MutableRequest {
  headers: Record<string, string>
  readonly body?: unknown
}

/** What the SDK has no setting for. */
function addHeaders(client: S3Client, settings: S3Settings): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const request = args.request as MutableRequest
      Object.assign(request.headers, settings.provider.headers)
      if (!settings.signPayload) request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'
      if (settings.contentMd5 && context.commandName === 'DeleteObjectsCommand') useMd5(request)
      return await next(args)
    },
    { step: 'build', priority: 'low', name: 'ltxHeaders' },
  )
}

/** The only checksum of deletes that every server knows, in place of the SDK's. */
function useMd5(request: MutableRequest): void {
  for (const name of Object.keys(request.headers)) {
    if (/^x-amz-(?:checksum|sdk-checksum)-/i.test(name)) delete request.headers[name]
  }
  request.headers['content-md5'] = contentMd5(request.body as string | Uint8Array)
}

export function contentMd5(body: string | Uint8Array): string {
  return createHash('md5').update(body).digest('base64')
}

function closedError(): ClientError {
  return new ClientError('CLIENT_CLOSED', 'the s3 client is closed')
}
