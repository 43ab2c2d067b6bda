import type { FakeBucket, RequestedPart } from './fake-bucket.ts'
import type { FakeRequest, FakeS3 } from './fake-server.ts'
import { Refusal } from './fake-signature.ts'

export type FakeOperation =
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'HeadBucket'
  | 'DeleteObject'
  | 'DeleteObjects'
  | 'ListObjectsV2'
  | 'ListMultipartUploads'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'

/** What of a node:http response is needed. */
export interface Reply {
  setHeader(name: string, value: string): unknown
  writeHead(status: number, headers?: Record<string, string | number>): unknown
  end(body?: Uint8Array | string): unknown
}

export function operationOf(
  method: string,
  key: string,
  query: Readonly<Record<string, string>>,
): FakeOperation {
  const part = query['uploadId'] !== undefined
  if (key === '') {
    if (method === 'HEAD') return 'HeadBucket'
    if (method === 'GET' && query['uploads'] !== undefined) return 'ListMultipartUploads'
    if (method === 'GET' && query['list-type'] === '2') return 'ListObjectsV2'
    if (method === 'POST' && query['delete'] !== undefined) return 'DeleteObjects'
  } else {
    if (method === 'PUT') return part ? 'UploadPart' : 'PutObject'
    if (method === 'GET') return 'GetObject'
    if (method === 'HEAD') return 'HeadObject'
    if (method === 'DELETE') return part ? 'AbortMultipartUpload' : 'DeleteObject'
    if (method === 'POST' && query['uploads'] !== undefined) return 'CreateMultipartUpload'
    if (method === 'POST' && part) return 'CompleteMultipartUpload'
  }
  throw new Refusal(501, 'NotImplemented', `${method} ${key} ${JSON.stringify(query)}`)
}

/** Does what a request asks for, and answers. */
export function perform(fake: FakeS3, request: FakeRequest, reply: Reply): void {
  const bucket = fake.buckets.get(request.bucket)
  if (bucket === undefined) throw new Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist')
  PERFORM[request.operation](fake, bucket, request, reply)
}

type Perform = (fake: FakeS3, bucket: FakeBucket, request: FakeRequest, reply: Reply) => void

const PERFORM: Readonly<Record<FakeOperation, Perform>> = {
  HeadBucket: (fake, _bucket, _request, reply) => {
    reply.writeHead(200, { 'x-amz-bucket-region': fake.region })
    reply.end()
  },
  PutObject: (_fake, bucket, { key, body, headers }, reply) => {
    if (headers['content-length'] !== String(body.length)) throw new Refusal(411, 'MissingContentLength')
    const { etag } = bucket.put(key, body, headers)
    reply.writeHead(200, { etag, 'content-length': 0 })
    reply.end()
  },
  GetObject: getObject,
  HeadObject: (_fake, bucket, { key, headers }, reply) => {
    const object = bucket.get(key, headers)
    reply.writeHead(200, { ...objectHeaders(object), 'content-length': object.bytes.length })
    reply.end()
  },
  DeleteObject: (_fake, bucket, { key }, reply) => {
    bucket.objects.delete(key)
    reply.writeHead(204)
    reply.end()
  },
  DeleteObjects: deleteObjects,
  ListObjectsV2: listObjects,
  ListMultipartUploads: (_fake, bucket, { query }, reply) => {
    const uploads = [...bucket.uploads].filter(([, { key }]) => key.startsWith(query['prefix'] ?? ''))
    const rows = uploads.map(
      ([id, { key, initiatedMs }]) =>
        `<Upload><Key>${xml(key)}</Key><UploadId>${id}</UploadId><Initiated>${new Date(initiatedMs).toISOString()}</Initiated></Upload>`,
    )
    answerXml(reply, 'ListMultipartUploadsResult', rows.join(''))
  },
  CreateMultipartUpload: (_fake, bucket, { key, headers, bucket: name }, reply) => {
    const id = bucket.begin(key, headers)
    const body = `<Bucket>${name}</Bucket><Key>${xml(key)}</Key><UploadId>${id}</UploadId>`
    answerXml(reply, 'InitiateMultipartUploadResult', body)
  },
  UploadPart: (_fake, bucket, { key, query, body, headers }, reply) => {
    const etag = bucket.putPart(query['uploadId'] ?? '', key, Number(query['partNumber']), body, headers)
    const crc = headers['x-amz-checksum-crc32']
    reply.writeHead(200, { etag: `"${etag}"`, ...(crc === undefined ? {} : { 'x-amz-checksum-crc32': crc }) })
    reply.end()
  },
  CompleteMultipartUpload: (_fake, bucket, { key, query, body, headers }, reply) => {
    const { etag } = bucket.complete(query['uploadId'] ?? '', key, partsIn(body), headers)
    answerXml(reply, 'CompleteMultipartUploadResult', `<Key>${xml(key)}</Key><ETag>${xml(etag)}</ETag>`)
  },
  AbortMultipartUpload: (_fake, bucket, { key, query }, reply) => {
    bucket.abort(query['uploadId'] ?? '', key)
    reply.writeHead(204)
    reply.end()
  },
}

function getObject(fake: FakeS3, bucket: FakeBucket, { key, headers }: FakeRequest, reply: Reply): void {
  const object = bucket.get(key, headers)
  const { bytes } = object
  const range = fake.ranges ? /^bytes=(\d+)-(\d*)$/.exec(headers['range'] ?? '') : null
  if (range === null) {
    reply.writeHead(200, { ...objectHeaders(object), 'content-length': bytes.length })
    reply.end(bytes)
    return
  }
  const start = Number(range[1])
  const last = Math.min(range[2] === '' ? Infinity : Number(range[2]), bytes.length - 1)
  if (start >= bytes.length || last < start) throw new Refusal(416, 'InvalidRange')
  reply.writeHead(206, {
    ...objectHeaders(object),
    'content-range': `bytes ${start}-${last}/${bytes.length}`,
    'content-length': last - start + 1,
  })
  reply.end(bytes.subarray(start, last + 1))
}

function deleteObjects(fake: FakeS3, bucket: FakeBucket, { headers, body }: FakeRequest, reply: Reply): void {
  if (!fake.multiDelete) throw new Refusal(501, 'NotImplemented')
  if (headers['content-md5'] === undefined && headers['x-amz-checksum-crc32'] === undefined) {
    throw new Refusal(400, 'InvalidRequest', 'Missing required header for this request: Content-MD5')
  }
  const text = Buffer.from(body).toString()
  const keys = [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => unXml(key))
  if (keys.length === 0 || keys.length > 1000) throw new Refusal(400, 'MalformedXML')
  const errors = keys.flatMap((key) => {
    const code = fake.undeletable.get(key)
    if (code === undefined) bucket.objects.delete(key)
    return code === undefined
      ? []
      : `<Error><Key>${xml(key)}</Key><Code>${code}</Code><Message>no</Message></Error>`
  })
  answerXml(reply, 'DeleteResult', errors.join(''))
}

function listObjects(fake: FakeS3, bucket: FakeBucket, { query }: FakeRequest, reply: Reply): void {
  const token = query['continuation-token']
  const after = token === undefined ? (query['start-after'] ?? '') : Buffer.from(token, 'base64').toString()
  const keys = bucket.list(query['prefix'] ?? '', after)
  const page = keys.slice(0, fake.pageSize)
  const isTruncated = page.length < keys.length
  const next = isTruncated ? Buffer.from(page.at(-1) ?? '').toString('base64') : null
  const rows = page.map((key) => {
    const { bytes, etag, modifiedAtMs } = bucket.objectAt(key)
    const modified = new Date(modifiedAtMs).toISOString()
    return `<Contents><Key>${xml(key)}</Key><LastModified>${modified}</LastModified><ETag>${xml(etag)}</ETag><Size>${bytes.length}</Size></Contents>`
  })
  const head = `<KeyCount>${page.length}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>`
  const tail = next === null ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`
  answerXml(reply, 'ListBucketResult', `${head}${tail}${rows.join('')}`)
}

function objectHeaders(object: ReturnType<FakeBucket['get']>): Record<string, string> {
  return {
    etag: object.etag,
    'last-modified': new Date(object.modifiedAtMs).toUTCString(),
    ...object.headers,
  }
}

function partsIn(body: Uint8Array): RequestedPart[] {
  return [
    ...Buffer.from(body)
      .toString()
      .matchAll(/<Part>(.*?)<\/Part>/gs),
  ].map(([, part = '']) => ({
    partNumber: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
    etag: /<ETag>(?:&quot;|&#34;|")?([0-9a-f]{32})/.exec(part)?.[1] ?? '',
    crc: /<ChecksumCRC32>([^<]+)</.exec(part)?.[1] ?? null,
  }))
}

function answerXml(reply: Reply, root: string, body: string): void {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</${root}>`
  reply.writeHead(200, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(text) })
  reply.end(text)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function xml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

function unXml(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|apos);/g, (entity) => {
    return Object.keys(ENTITIES).find((character) => ENTITIES[character] === entity) ?? entity
  })
}
