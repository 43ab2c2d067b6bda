import { createHash } from 'node:crypto'

/** An answer that says no, as the service words it. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly endpoint: string | undefined

  constructor(status: number, code: string, message: string = code, endpoint?: string) {
    super(message)
    this.status = status
    this.code = code
    this.endpoint = endpoint
  }
}

export interface FakeObject {
  readonly bytes: Buffer
  readonly etag: string
  readonly modifiedMs: number
  readonly metadata: Readonly<Record<string, string>>
}

interface FakeUpload {
  readonly key: string
  readonly metadata: Readonly<Record<string, string>>
  readonly parts: Map<number, { readonly bytes: Buffer; readonly etag: string }>
  initiatedMs: number
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>

const PART_BYTES_MIN: number = 100 * 1024

/** One bucket: objects by key, uploads in parts by id. */
export class FakeBucket {
  readonly name: string
  readonly objects: Map<string, FakeObject> = new Map<string, FakeObject>()
  readonly uploads: Map<string, FakeUpload> = new Map<string, FakeUpload>()
  /** With versions a bucket replaces objects, whatever it is asked. */
  versioned: boolean = false
  /** Keys that a delete leaves out, without a reason. */
  readonly undeletable: Set<string> = new Set<string>()
  /** Bytes that fit. */
  quotaBytes: number = Infinity
  #uploadsBegun = 0

  constructor(name: string) {
    this.name = name
  }

  checkName(key: string): void {
    if (/^[/\\]/.test(key) || Buffer.byteLength(key) > 1023) {
      throw new Refusal(400, 'InvalidObjectName', 'The specified object is not valid.')
    }
  }

  put(key: string, bytes: Buffer, headers: Headers, etag: string = md5Of(bytes)): FakeObject {
    const object = { bytes, etag: `"${etag}"`, modifiedMs: Date.now(), metadata: metadataIn(headers) }
    this.objects.set(key, object)
    return object
  }

  create(key: string, bytes: Buffer, headers: Headers): FakeObject {
    this.checkName(key)
    this.#checkFree(key, headers)
    this.#checkQuota(bytes.length)
    return this.put(key, bytes, headers)
  }

  begin(key: string, headers: Headers): string {
    this.checkName(key)
    this.#checkFree(key, headers)
    const id = (++this.#uploadsBegun).toString(16).toUpperCase().padStart(32, '0')
    this.uploads.set(id, { key, metadata: metadataIn(headers), parts: new Map(), initiatedMs: Date.now() })
    return id
  }

  upload(key: string, id: string): FakeUpload {
    const upload = this.uploads.get(id)
    if (upload === undefined || upload.key !== key) {
      throw new Refusal(404, 'NoSuchUpload', 'The specified upload does not exist.')
    }
    return upload
  }

  addPart(key: string, id: string, partNumber: number, bytes: Buffer): string {
    if (!(partNumber >= 1 && partNumber <= 10_000)) throw new Refusal(400, 'InvalidArgument', 'Part number')
    this.#checkQuota(bytes.length)
    const etag = `"${md5Of(bytes)}"`
    this.upload(key, id).parts.set(partNumber, { bytes, etag })
    return etag
  }

  complete(
    key: string,
    id: string,
    wanted: readonly { readonly partNumber: number; readonly etag: string }[],
    headers: Headers,
  ): FakeObject {
    const upload = this.upload(key, id)
    if (wanted.length === 0) throw new Refusal(400, 'MalformedXML')
    const parts = wanted.map(({ partNumber, etag }, index) => {
      const part = upload.parts.get(partNumber)
      if (part === undefined || part.etag !== etag) throw new Refusal(400, 'InvalidPart')
      if (partNumber <= (wanted[index - 1]?.partNumber ?? 0)) throw new Refusal(400, 'InvalidPartOrder')
      return part
    })
    if (parts.slice(0, -1).some(({ bytes }) => bytes.length < PART_BYTES_MIN)) {
      throw new Refusal(400, 'EntityTooSmall')
    }
    this.#checkFree(key, headers)
    this.uploads.delete(id)
    const bytes = Buffer.concat(parts.map((part) => part.bytes))
    const metadata = upload.metadata
    const etag = `${md5Of(Buffer.from(parts.map((part) => part.etag).join('')))}-${parts.length}`
    return this.put(key, bytes, metadata, etag)
  }

  /** Keys below a prefix after a marker, in byte order. */
  keys(prefix: string, marker: string): string[] {
    return [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix) && compareBytes(key, marker) > 0)
      .toSorted(compareBytes)
  }

  #checkFree(key: string, headers: Headers): void {
    if (this.versioned || headers['x-oss-forbid-overwrite'] !== 'true' || !this.objects.has(key)) return
    const text = 'The object you specified already exists and can not be overwritten.'
    throw new Refusal(409, 'FileAlreadyExists', text)
  }

  #checkQuota(bytes: number): void {
    const used = [...this.objects.values()].reduce((sum, object) => sum + object.bytes.length, 0)
    if (used + bytes > this.quotaBytes)
      throw new Refusal(403, 'QuotaExceeded', 'The quota of the bucket is used up.')
  }
}

function compareBytes(first: string, second: string): number {
  return Buffer.compare(Buffer.from(first), Buffer.from(second))
}

function md5Of(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex').toUpperCase()
}

function metadataIn(headers: Headers): Readonly<Record<string, string>> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('x-oss-meta-'))
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]))
}
