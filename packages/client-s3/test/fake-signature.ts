import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What S3 answers when it refuses. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string = code) {
    super(message)
    this.status = status
    this.code = code
  }
}

export interface SignedRequest {
  readonly method: string
  /** As it came: encoded, without the query. */
  readonly path: string
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
}

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

const SKEW_MS_MAX = 15 * 60_000
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/** Verifies signature version 4 as S3 does, the body's hash and Content-MD5 included. `nowMs` is the server's clock. */
export function checkSignature(request: SignedRequest, keys: Keys, region: string, nowMs: number): void {
  const { headers, body } = request
  const match = AUTHORIZATION.exec(headers.authorization ?? '')
  if (match === null) throw new Refusal(403, 'AccessDenied', 'Anonymous access is forbidden')
  const [, id = '', day = '', scopeRegion = '', signedNames = '', signature = ''] = match
  if (id !== keys.accessKeyId) throw new Refusal(403, 'InvalidAccessKeyId', 'This access key is not known')
  if (scopeRegion !== region) {
    const message = `The authorization header is malformed; the region '${scopeRegion}' is wrong; expecting '${region}'`
    throw new Refusal(400, 'AuthorizationHeaderMalformed', message)
  }
  if (headers['x-amz-security-token'] !== keys.sessionToken) throw new Refusal(400, 'InvalidToken')
  const date = String(headers['x-amz-date'])
  const sentMs = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!(Math.abs(sentMs - nowMs) <= SKEW_MS_MAX)) throw new Refusal(403, 'RequestTimeTooSkewed')
  const names = signedNames.split(';')
  const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !names.includes(name))
  if (!names.includes('host') || unsigned.length > 0)
    throw new Refusal(403, 'AccessDenied', `not signed: ${unsigned.join()}`)
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    ...names.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signedNames,
    String(headers['x-amz-content-sha256']),
  ].join('\n')
  const scope = `${day}/${scopeRegion}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')
  const key = [day, scopeRegion, 's3', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${keys.secretAccessKey}`,
  )
  if (!timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex')))
    throw new Refusal(403, 'SignatureDoesNotMatch')
  checkBody(headers, body)
}

function checkBody(headers: IncomingHttpHeaders, body: Uint8Array): void {
  const hash = String(headers['x-amz-content-sha256'])
  if (headers['content-encoding']?.includes('aws-chunked') === true || hash.startsWith('STREAMING-')) {
    throw new Refusal(501, 'NotImplemented', 'Transfer in signed chunks is not implemented')
  }
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body))
    throw new Refusal(400, 'XAmzContentSHA256Mismatch')
  const md5 = headers['content-md5']
  if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64'))
    throw new Refusal(400, 'BadDigest')
}

function canonicalQuery(query: SignedRequest['query']): string {
  return query
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .toSorted()
    .join('&')
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
