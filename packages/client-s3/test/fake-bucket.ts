import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Refusal } from './fake-signature.ts'

export interface FakeObject {
  readonly bytes: Uint8Array
  readonly etag: string
  readonly modifiedAtMs: number
  /** `x-amz-meta-…` and what else comes back with the object. */
  readonly headers: Readonly<Record<string, string>>
  /** MD5 of the customer's key it is encrypted with. */
  readonly customerKey: string | null
}

export interface FakeUpload {
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly customerKey: string | null
  initiatedMs: number
  readonly parts: Map<
    number,
    { readonly bytes: Uint8Array; readonly etag: string; readonly crc: string | null }
  >
}

/** What the server does with `If-None-Match: *`: honours it, ignores it, or does not know it. */
export type Conditions = 'honoured' | 'ignored' | 'refused'

const PART_BYTES_MIN = 5 * 1024 * 1024

/** One bucket in memory: objects in key order, uploads in parts, conditions. */
export class FakeBucket {
  readonly objects: Map<string, FakeObject> = new Map()
  readonly uploads: Map<string, FakeUpload> = new Map()
  conditionalPut: Conditions = 'honoured'
  conditionalComplete: Conditions = 'honoured'
  /** Parts must have one size, as on R2. */
  equalParts = false
  partBytesMin: number = PART_BYTES_MIN

  put(key: string, bytes: Uint8Array, headers: Readonly<Record<string, string>>): FakeObject {
    this.#checkCondition(this.conditionalPut, key, headers)
    checkCrc(bytes, headers)
    return this.#store(key, bytes, headers, md5(bytes), customerKeyOf(headers))
  }

  objectAt(key: string): FakeObject {
    const object = this.objects.get(key)
    if (object === undefined) throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.')
    return object
  }

  get(key: string, headers: Readonly<Record<string, string>>): FakeObject {
    const object = this.objectAt(key)
    if (object.customerKey !== customerKeyOf(headers)) {
      if (object.customerKey === null || customerKeyOf(headers) !== null)
        throw new Refusal(403, 'AccessDenied')
      const message = 'The object was stored using a form of Server Side Encryption.'
      throw new Refusal(400, 'InvalidRequest', message)
    }
    return object
  }

  /** Keys after `after` that begin with `prefix`, in byte order. */
  list(prefix: string, after: string): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted(inBytes)
  }

  begin(key: string, headers: Readonly<Record<string, string>>): string {
    const id = randomBytes(8).toString('hex')
    const customerKey = customerKeyOf(headers)
    this.uploads.set(id, { key, headers, customerKey, initiatedMs: Date.now(), parts: new Map() })
    return id
  }

  putPart(
    id: string,
    key: string,
    partNumber: number,
    bytes: Uint8Array,
    headers: Readonly<Record<string, string>>,
  ): string {
    const upload = this.#upload(id, key)
    if (partNumber < 1 || partNumber > 10_000) throw new Refusal(400, 'InvalidArgument', 'part number')
    if (upload.customerKey !== customerKeyOf(headers))
      throw new Refusal(400, 'InvalidRequest', 'another customer key')
    const etag = md5(bytes)
    upload.parts.set(partNumber, { bytes, etag, crc: checkCrc(bytes, headers) })
    return etag
  }

  complete(
    id: string,
    key: string,
    parts: readonly RequestedPart[],
    headers: Readonly<Record<string, string>>,
  ): FakeObject {
    const upload = this.#upload(id, key)
    if (parts.length === 0) throw new Refusal(400, 'MalformedXML')
    const chosen = parts.map(({ partNumber, etag, crc }, index) => {
      if (index > 0 && partNumber <= (parts[index - 1]?.partNumber ?? 0))
        throw new Refusal(400, 'InvalidPartOrder')
      const part = upload.parts.get(partNumber)
      if (part === undefined || part.etag !== etag || part.crc !== crc) throw new Refusal(400, 'InvalidPart')
      return part
    })
    const allButLast = chosen.slice(0, -1)
    if (allButLast.some(({ bytes }) => bytes.length < this.partBytesMin))
      throw new Refusal(400, 'EntityTooSmall')
    if (this.equalParts && new Set(allButLast.map(({ bytes }) => bytes.length)).size > 1) {
      throw new Refusal(400, 'InvalidPart', 'All non-trailing parts must have the same length.')
    }
    this.#checkCondition(this.conditionalComplete, key, headers)
    this.uploads.delete(id)
    const sums = Buffer.concat(chosen.map(({ etag }) => Buffer.from(etag, 'hex')))
    const bytes = Buffer.concat(chosen.map((part) => part.bytes))
    return this.#store(key, bytes, upload.headers, `${md5(sums)}-${chosen.length}`, upload.customerKey)
  }

  abort(id: string, key: string): void {
    this.#upload(id, key)
    this.uploads.delete(id)
  }

  #upload(id: string, key: string): FakeUpload {
    const upload = this.uploads.get(id)
    if (upload === undefined || upload.key !== key) throw new Refusal(404, 'NoSuchUpload')
    return upload
  }

  #checkCondition(mode: Conditions, key: string, headers: Readonly<Record<string, string>>): void {
    if (headers['if-none-match'] === undefined || mode === 'ignored') return
    if (mode === 'refused' || headers['if-none-match'] !== '*') {
      throw new Refusal(
        501,
        'NotImplemented',
        'A header you provided implies functionality that is not implemented',
      )
    }
    if (this.objects.has(key)) throw new Refusal(412, 'PreconditionFailed')
  }

  #store(
    key: string,
    bytes: Uint8Array,
    headers: Readonly<Record<string, string>>,
    etag: string,
    customerKey: string | null,
  ): FakeObject {
    const kept = Object.entries(headers).filter(([name]) =>
      /^x-amz-(?:meta-|storage-class|server-side-encryption(?:-aws-kms-key-id)?$)/.test(name),
    )
    const object = {
      bytes,
      etag: `"${etag}"`,
      modifiedAtMs: Math.floor(Date.now() / 1000) * 1000,
      headers: Object.fromEntries(kept),
      customerKey,
    }
    this.objects.set(key, object)
    return object
  }
}

export interface RequestedPart {
  readonly partNumber: number
  readonly etag: string
  readonly crc: string | null
}

function checkCrc(bytes: Uint8Array, headers: Readonly<Record<string, string>>): string | null {
  const given = headers['x-amz-checksum-crc32']
  if (given === undefined) return null
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  if (sum.toString('base64') !== given) throw new Refusal(400, 'BadDigest')
  return given
}

function customerKeyOf(headers: Readonly<Record<string, string>>): string | null {
  const key = headers['x-amz-server-side-encryption-customer-key']
  if (key === undefined) return null
  const bytes = Buffer.from(key, 'base64')
  const sum = createHash('md5').update(bytes).digest('base64')
  const algorithm = headers['x-amz-server-side-encryption-customer-algorithm']
  const given = headers['x-amz-server-side-encryption-customer-key-md5']
  if (bytes.length !== 32 || algorithm !== 'AES256' || given !== sum)
    throw new Refusal(400, 'InvalidArgument', 'SSE-C')
  return sum
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}

function inBytes(first: string, second: string): number {
  return Buffer.compare(Buffer.from(first), Buffer.from(second))
}
