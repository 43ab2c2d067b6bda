import { createHash } from 'node:crypto'

/** What the fake answers instead of doing it. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string = code) {
    super(message)
    this.status = status
    this.code = code
  }
}

export interface FakeBlob {
  readonly bytes: Buffer
  readonly metadata: Readonly<Record<string, string>>
  /** In base64, as it was given; `null` when it was not. */
  readonly md5: string | null
  readonly created: Date
  readonly etag: string
  readonly tier: string | null
}

export interface FakeWrite {
  readonly metadata: Readonly<Record<string, string>>
  readonly md5: string | null
  /** `If-None-Match: *` */
  readonly createOnly: boolean
  readonly tier: string | null
}

const NEW: FakeWrite = { metadata: {}, md5: null, createOnly: false, tier: null }

/** Blobs and the blocks that were sent for them, with Azure's rules; where azurite is stricter, with its. */
export class FakeContainer {
  readonly name: string
  readonly blobs: Map<string, FakeBlob> = new Map()
  readonly requests: string[] = []
  /** Sent and not committed, by name, then by id. */
  readonly blocks: Map<string, Map<string, Buffer>> = new Map()
  #etag = 0

  constructor(name: string) {
    this.name = name
  }

  /** Counted by kind: PUT, GET, HEAD, LIST, DELETE. */
  count(kind: string): number {
    return this.requests.filter((each) => each === kind).length
  }

  put(name: string, bytes: Buffer, write: FakeWrite = NEW): FakeBlob {
    if (write.createOnly && (this.blobs.has(name) || this.blocks.has(name))) {
      throw new Refusal(409, 'BlobAlreadyExists', 'The specified blob already exists.')
    }
    if (write.md5 !== null && write.md5 !== md5Of(bytes)) throw new Refusal(400, 'Md5Mismatch')
    return this.#store(name, bytes, write)
  }

  stage(name: string, id: string, bytes: Buffer, md5: string | null): void {
    if (md5 !== null && md5 !== md5Of(bytes)) throw new Refusal(400, 'Md5Mismatch')
    const blocks = this.blocks.get(name) ?? new Map<string, Buffer>()
    const [other] = blocks.keys()
    if (other !== undefined && other.length !== id.length) throw new Refusal(400, 'InvalidBlobOrBlock')
    if (bytes.length === 0) throw new Refusal(400, 'InvalidHeaderValue')
    blocks.set(id, bytes)
    this.blocks.set(name, blocks)
  }

  /** The MD5 that comes with it is kept for readers, and not compared. */
  commit(name: string, ids: readonly string[], write: FakeWrite): FakeBlob {
    if (write.createOnly && this.blobs.has(name)) {
      throw new Refusal(409, 'BlobAlreadyExists', 'The specified blob already exists.')
    }
    const blocks = ids.map((id) => this.blocks.get(name)?.get(id))
    if (blocks.includes(undefined)) throw new Refusal(400, 'InvalidBlockList')
    return this.#store(name, Buffer.concat(blocks.filter((block) => block !== undefined)), write)
  }

  find(name: string): FakeBlob {
    const blob = this.blobs.get(name)
    if (blob === undefined) throw new Refusal(404, 'BlobNotFound', 'The specified blob does not exist.')
    return blob
  }

  /** One page of names in order, and the marker of the next. */
  list(query: URLSearchParams, perPage: number, startFromMeans: 'path' | 'nothing'): [string[], string] {
    const prefix = query.get('prefix') ?? ''
    const start = startFromMeans === 'path' ? (query.get('startFrom') ?? '') : ''
    const marker = query.get('marker') ?? ''
    const limit = Math.min(Number(query.get('maxresults') ?? 5000), perPage)
    const names = [...this.blobs.keys()]
      .filter((name) => name.startsWith(prefix) && name >= start && (marker === '' || name >= marker))
      .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    return [names.slice(0, limit), names[limit] ?? '']
  }

  #store(name: string, bytes: Buffer, { metadata, md5, tier }: FakeWrite): FakeBlob {
    for (const key of Object.keys(metadata)) {
      if (!/^[A-Za-z_]\w*$/.test(key))
        throw new Refusal(400, 'InvalidMetadata', `${key} is no identifier of C#`)
    }
    const blob = { bytes, metadata, md5, created: new Date(), etag: `"0x${++this.#etag}"`, tier }
    this.blobs.set(name, blob)
    this.blocks.delete(name)
    return blob
  }
}

export function md5Of(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64')
}
