import type { Readable } from 'node:stream'
import { ContainerClient, newPipeline, StorageSharedKeyCredential } from '@azure/storage-blob'
import {
  ClientError,
  observed,
  observedEach,
  translating,
  translatingEach,
  type CallOptions,
  type Diagnosis,
  type ListPage,
  type RequestBytes,
  type RequestKind,
} from '@ltx/client-core'
import { bodyOf, chunksOf } from './blob-body.ts'
import { Deadline } from './deadline.ts'
import { diagnose, diagnoseRead, isMissingBlob, isPastEnd } from './errors.ts'
import { hideToken } from './hide-token.ts'
import type { AbsSettings } from './options.ts'

export interface ListedBlob {
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly createdMs: number
  readonly metadata: Readonly<Record<string, string>>
}

export interface BlobPage extends ListPage<ListedBlob> {
  /** Azure's time, in ms since the epoch. */
  readonly serverMs: number | null
}

export interface PageQuery extends CallOptions {
  readonly prefix: string
  /** The first name that is wanted. */
  readonly startFrom?: string | undefined
  readonly token?: string | undefined
  readonly sizeMax: number
}

/** The answer to a read, before its bytes. */
export interface BlobHead {
  /** Bytes that follow. */
  readonly length: number
  /** `bytes 5-9/100`, when a range was asked for. */
  readonly range: string | undefined
  /** MD5 of the whole blob, where somebody has said it. */
  readonly md5: Uint8Array | undefined
}

/** What becomes of bytes that are stored. */
export interface NewBlob {
  readonly metadata: Readonly<Record<string, string>>
  /** Of the whole blob. Azure compares it with what it gets in one request, and keeps it for readers otherwise. */
  readonly md5: Uint8Array | undefined
}

/** Requests to one container: with credentials, deadlines, reports, and failures as `ClientError`. Everything of Azure's library is here. */
export class Connection {
  readonly settings: AbsSettings
  readonly #closing: AbortController = new AbortController()
  #container: Promise<ContainerClient> | null = null

  constructor(settings: AbsSettings) {
    this.settings = settings
  }

  /** One page of a flat listing, with metadata. */
  async list(what: string, query: PageQuery): Promise<BlobPage> {
    return await this.#call('LIST', what, query.signal, async (container, deadline) => {
      const pages = container
        .listBlobsFlat({
          prefix: query.prefix,
          includeMetadata: true,
          abortSignal: deadline.signal,
          ...(query.startFrom === undefined ? {} : { startFrom: query.startFrom }),
        })
        .byPage({
          maxPageSize: query.sizeMax,
          ...(query.token === undefined ? {} : { continuationToken: query.token }),
        })
      const { value, done } = await pages.next()
      if (done === true) throw new Error('a listing without a page')
      const items = value.segment.blobItems.map(({ name, properties, metadata }): ListedBlob => ({
        name,
        size: properties.contentLength ?? NaN,
        createdMs: (properties.createdOn ?? properties.lastModified).getTime(),
        metadata: lowerCased(metadata ?? {}),
      }))
      return { items, next: value.continuationToken || null, serverMs: value.date?.getTime() ?? null }
    })
  }

  async exists(what: string, name: string, options: CallOptions): Promise<boolean> {
    return await this.#call('HEAD', what, options.signal, async (container, { signal }) => {
      try {
        await container.getBlobClient(name).getProperties({ abortSignal: signal })
        return true
      } catch (error) {
        if (isMissingBlob(error)) return false
        throw error
      }
    })
  }

  /** Stores a blob in one request, if there is none. */
  async put(
    what: string,
    name: string,
    bytes: Uint8Array,
    blob: NewBlob,
    options: CallOptions,
  ): Promise<void> {
    await this.#call('PUT', what, options.signal, async (container, deadline, counted) => {
      counted.up += bytes.length
      await container.getBlockBlobClient(name).upload(bodyOf(bytes, deadline), bytes.length, {
        ...this.#creating(blob),
        abortSignal: deadline.signal,
      })
    })
  }

  /** Sends one block. It is nowhere to be seen until it is committed. */
  async stage(
    what: string,
    name: string,
    block: { readonly id: string; readonly bytes: Uint8Array; readonly md5: Uint8Array | undefined },
    options: CallOptions,
  ): Promise<void> {
    const { id, bytes, md5 } = block
    await this.#call('PUT', what, options.signal, async (container, deadline, counted) => {
      counted.up += bytes.length
      await container.getBlockBlobClient(name).stageBlock(id, bodyOf(bytes, deadline), bytes.length, {
        ...(md5 === undefined ? {} : { transactionalContentMD5: md5 }),
        abortSignal: deadline.signal,
      })
    })
  }

  /** Makes a blob of staged blocks, if there is none. */
  async commit(
    what: string,
    name: string,
    ids: string[],
    blob: NewBlob,
    options: CallOptions,
  ): Promise<void> {
    await this.#call('PUT', what, options.signal, async (container, { signal }) => {
      await container
        .getBlockBlobClient(name)
        .commitBlockList(ids, { ...this.#creating(blob), abortSignal: signal })
    })
  }

  /** A missing blob is fine. */
  async remove(what: string, name: string, options: CallOptions): Promise<void> {
    await this.#call('DELETE', what, options.signal, async (container, { signal }) => {
      try {
        await container.getBlobClient(name).delete({ abortSignal: signal })
      } catch (error) {
        if (!isMissingBlob(error)) throw error
      }
    })
  }

  /**
   * Bytes from `start` up to `end`, passed through `take` with what Azure says of them; none when they begin at or past the end.
   * Chunks are owned by the reader.
   */
  read(
    what: string,
    name: string,
    range: { readonly start: number; readonly end: number | undefined } & CallOptions,
    take: (head: BlobHead, chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { onRequest, env } = this.settings
    return observedEach(onRequest, env.clock, 'GET', (counted) =>
      translatingEach(
        what,
        (error) => this.#diagnose(error, diagnoseRead),
        range.signal,
        this.#read(name, range, take, counted),
      ),
    )
  }

  async *#read(
    name: string,
    { start, end, signal }: { readonly start: number; readonly end: number | undefined } & CallOptions,
    take: (head: BlobHead, chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
    counted: RequestBytes,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    using deadline = this.#deadline(signal)
    const container = await deadline.wait(this.#connected())
    const count = end === undefined ? undefined : end - start
    const options = { abortSignal: deadline.signal, maxRetryRequests: 0 }
    let answer
    try {
      answer = await deadline.wait(container.getBlobClient(name).download(start, count, options))
    } catch (error) {
      if (isPastEnd(error)) return
      throw error
    }
    const { contentLength = NaN, contentRange, contentMD5, blobContentMD5, readableStreamBody } = answer
    const head = { length: contentLength, range: contentRange, md5: blobContentMD5 ?? contentMD5 }
    const body = readableStreamBody as Readable
    try {
      for await (const chunk of take(head, chunksOf(body, deadline))) {
        counted.down += chunk.length
        yield chunk
      }
    } finally {
      body.destroy()
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort(new ClientError('CLIENT_CLOSED', 'the abs client was closed meanwhile'))
  }

  #creating({ metadata, md5 }: NewBlob): object {
    const { accessTier } = this.settings
    return {
      metadata: { ...metadata },
      conditions: { ifNoneMatch: '*' },
      blobHTTPHeaders: {
        blobContentType: 'application/octet-stream',
        ...(md5 === undefined ? {} : { blobContentMD5: md5 }),
      },
      ...(accessTier === undefined ? {} : { tier: accessTier }),
    }
  }

  async #call<Result>(
    kind: RequestKind,
    what: string,
    signal: AbortSignal | undefined,
    work: (container: ContainerClient, deadline: Deadline, counted: RequestBytes) => Promise<Result>,
  ): Promise<Result> {
    const { onRequest, env } = this.settings
    return await observed(onRequest, env.clock, kind, (counted) =>
      translating(
        what,
        (error) => this.#diagnose(error, diagnose),
        signal,
        async () => {
          using deadline = this.#deadline(signal)
          const container = await deadline.wait(this.#connected())
          return await deadline.wait(work(container, deadline, counted))
        },
      ),
    )
  }

  #deadline(signal: AbortSignal | undefined): Deadline {
    const { signal: closing } = this.#closing
    return new Deadline(this.settings.timeoutMs, signal === undefined ? [closing] : [signal, closing])
  }

  #diagnose(error: unknown, meaning: (error: unknown, wallMs: number) => Diagnosis): Diagnosis {
    const { credentials, env } = this.settings
    if (credentials.kind === 'sas') hideToken(error, credentials.token)
    return meaning(error, env.clock.wallMs())
  }

  #connected(): Promise<ContainerClient> {
    this.#container ??= connect(this.settings).catch((error: unknown) => {
      this.#container = null
      throw error
    })
    return this.#container
  }
}

async function connect({ endpoint, container, credentials }: AbsSettings): Promise<ContainerClient> {
  const url = `${endpoint}/${container}`
  const options = { retryOptions: { maxTries: 1 }, userAgentOptions: { userAgentPrefix: 'ltx' } }
  switch (credentials.kind) {
    case 'sas':
      return new ContainerClient(`${url}?${credentials.token}`, newPipeline(undefined, options))
    case 'key': {
      const credential = new StorageSharedKeyCredential(credentials.account, credentials.key)
      return new ContainerClient(url, newPipeline(credential, options))
    }
    case 'default': {
      const { DefaultAzureCredential } = await import('@azure/identity')
      return new ContainerClient(url, newPipeline(new DefaultAzureCredential(), options))
    }
  }
}

/** Azure keeps the case in which a name was given, and compares without it. */
function lowerCased(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]))
}
