import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal, type FakeBucket } from './fake-objects.ts'

export type Operation =
  | 'ListObjects'
  | 'ListUploads'
  | 'DeleteObjects'
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'InitiateUpload'
  | 'UploadPart'
  | 'CompleteUpload'
  | 'AbortUpload'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly bucket: string
  readonly key: string
  /** As on the wire, decoded; `null`: without a value. */
  readonly query: readonly (readonly [name: string, value: string | null])[]
  readonly body: Buffer
  readonly operation: Operation
}

interface Setting {
  readonly perPage: number
  /** What becomes of the body of an object. */
  readonly broken: { readonly kind: 'truncate' | 'stall'; readonly bytes: number } | null
}

export function operationOf(
  method: string,
  key: string,
  query: ReadonlyMap<string, string | null>,
): Operation {
  if (key === '') {
    if (method === 'GET') return query.has('uploads') ? 'ListUploads' : 'ListObjects'
    if (method === 'POST' && query.has('delete')) return 'DeleteObjects'
  } else if (query.has('uploadId')) {
    if (method === 'PUT') return 'UploadPart'
    if (method === 'POST') return 'CompleteUpload'
    if (method === 'DELETE') return 'AbortUpload'
  } else if (method === 'POST' && query.has('uploads')) {
    return 'InitiateUpload'
  } else if (query.size === 0) {
    if (method === 'PUT') return 'PutObject'
    if (method === 'GET') return 'GetObject'
    if (method === 'HEAD') return 'HeadObject'
  }
  throw new Error(`the fake does not know ${method} ${key} ${[...query.keys()].join(' ')}`)
}

export function perform(exchange: Exchange, bucket: FakeBucket, setting: Setting): void {
  const { request, response, key, body, operation } = exchange
  const query = new Map(exchange.query)
  const uploadId = query.get('uploadId') ?? ''
  switch (operation) {
    case 'ListObjects':
      return sendXml(response, objectsXml(bucket, query, setting.perPage))
    case 'ListUploads':
      return sendXml(response, uploadsXml(bucket, query))
    case 'DeleteObjects':
      return sendXml(response, deletedXml(exchange, bucket))
    case 'PutObject':
      return void response.writeHead(200, { etag: bucket.create(key, body, request.headers).etag }).end()
    case 'GetObject':
    case 'HeadObject':
      return sendObject(exchange, bucket, setting)
    case 'InitiateUpload': {
      const id = bucket.begin(key, request.headers)
      const xml = `<Bucket>${bucket.name}</Bucket><Key>${inXml(key)}</Key><UploadId>${id}</UploadId>`
      return sendXml(response, `<InitiateMultipartUploadResult>${xml}</InitiateMultipartUploadResult>`)
    }
    case 'UploadPart':
      return void response
        .writeHead(200, { etag: bucket.addPart(key, uploadId, Number(query.get('partNumber')), body) })
        .end()
    case 'CompleteUpload': {
      const { etag } = bucket.complete(key, uploadId, partsIn(body), request.headers)
      return sendXml(
        response,
        `<CompleteMultipartUploadResult><ETag>${inXml(etag)}</ETag></CompleteMultipartUploadResult>`,
      )
    }
    case 'AbortUpload':
      bucket.upload(key, uploadId)
      bucket.uploads.delete(uploadId)
      return void response.writeHead(204).end()
  }
}

const OWNER =
  '<StorageClass>Standard</StorageClass><Owner><ID>0022012</ID><DisplayName>0022012</DisplayName></Owner>'

type QueryMap = ReadonlyMap<string, string | null>

function objectsXml(bucket: FakeBucket, query: QueryMap, perPage: number): string {
  const max = Math.min(Number(query.get('max-keys') ?? 100), 1000, perPage)
  const keys = bucket.keys(query.get('prefix') ?? '', query.get('marker') ?? '')
  const page = keys.slice(0, max)
  const written = query.get('encoding-type') === 'url' ? encodeURIComponent : inXml
  const contents = page.map((key) => {
    const object = bucket.objects.get(key)
    const modified = new Date(object?.modifiedMs ?? 0).toISOString()
    return `<Contents><Key>${written(key)}</Key><LastModified>${modified}</LastModified><Size>${object?.bytes.length}</Size>${OWNER}</Contents>`
  })
  const isTruncated = keys.length > max
  const next = isTruncated ? `<NextMarker>${written(page.at(-1) ?? '')}</NextMarker>` : ''
  return `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`
}

function uploadsXml(bucket: FakeBucket, query: QueryMap): string {
  const rows = [...bucket.uploads]
    .filter(([, { key }]) => key.startsWith(query.get('prefix') ?? ''))
    .map(
      ([id, { key, initiatedMs }]) =>
        `<Upload><Key>${encodeURIComponent(key)}</Key><UploadId>${id}</UploadId><Initiated>${new Date(initiatedMs).toISOString()}</Initiated></Upload>`,
    )
  return `<ListMultipartUploadsResult>${rows.join('')}</ListMultipartUploadsResult>`
}

function deletedXml({ request, body, query }: Exchange, bucket: FakeBucket): string {
  if (request.headers['content-md5'] === undefined) throw new Refusal(400, 'MissingArgument', 'Content-MD5')
  const keys = [...body.toString().matchAll(/<Object>\s*<Key>([^<]*)<\/Key>\s*<\/Object>/g)].map(([, key]) =>
    fromXml(key ?? ''),
  )
  if (keys.length === 0 || keys.length > 1000) throw new Refusal(400, 'MalformedXML')
  const written = new Map(query).get('encoding-type') === 'url' ? encodeURIComponent : inXml
  const rows = keys
    .filter((key) => !bucket.undeletable.has(key))
    .map((key) => {
      bucket.objects.delete(key)
      return `<Deleted><Key>${written(key)}</Key></Deleted>`
    })
  return `<DeleteResult>${rows.join('')}</DeleteResult>`
}

function partsIn(body: Buffer): { partNumber: number; etag: string }[] {
  const rows = body
    .toString()
    .matchAll(/<Part>\s*<PartNumber>(\d+)<\/PartNumber>\s*<ETag>([^<]*)<\/ETag>\s*<\/Part>/g)
  return [...rows].map(([, partNumber, etag]) => ({
    partNumber: Number(partNumber),
    etag: fromXml(etag ?? ''),
  }))
}

function sendObject({ request, response, key }: Exchange, bucket: FakeBucket, { broken }: Setting): void {
  const object = bucket.objects.get(key)
  if (object === undefined) throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.')
  const { bytes, etag, metadata, modifiedMs } = object
  const headers = { etag, 'last-modified': new Date(modifiedMs).toUTCString(), ...metadata }
  const size = bytes.length
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const isStandard = request.headers['x-oss-range-behavior'] === 'standard'
  const start = Number(range?.[1] ?? 0)
  const last = range?.[2] === undefined || range[2] === '' ? size - 1 : Number(range[2])
  if (range !== null && isStandard && start >= size) throw new Refusal(416, 'InvalidRange')
  const counts = range !== null && (isStandard || last < size) // otherwise OSS answers with all of it
  const end = counts ? Math.min(last, size - 1) + 1 : size
  const from = counts ? start : 0
  const more = counts ? { 'content-range': `bytes ${from}-${end - 1}/${size}` } : {}
  response.writeHead(counts ? 206 : 200, { ...headers, ...more, 'content-length': end - from })
  if (request.method === 'HEAD') return void response.end()
  const body = bytes.subarray(from, end)
  if (broken === null) {
    response.end(body)
    return
  }
  response.write(body.subarray(0, broken.bytes), () => {
    if (broken.kind === 'truncate') request.socket.end()
  })
}

function sendXml(response: ServerResponse, xml: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`)
}

function inXml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`)
}

function fromXml(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
