import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Refusal } from './fake-objects.ts'

export const KEY_ID = 'LTAI5tEXAMPLEKEYID'
export const SECRET = 'a secret of the test'
export const SECURITY_TOKEN = 'a token of the test'

export interface SignedRequest {
  readonly request: IncomingMessage
  readonly bucket: string
  readonly key: string
  /** As on the wire, decoded; `null`: without a value. */
  readonly query: readonly (readonly [name: string, value: string | null])[]
  readonly region: string
  readonly nowMs: number
}

/** Parameters that are part of the resource in a V1 signature, among those that a replica uses. */
const SUB_RESOURCES: ReadonlySet<string> = new Set([
  'uploads',
  'uploadId',
  'partNumber',
  'delete',
  'continuation-token',
])

const SKEW_MS_MAX = 15 * 60_000

/**
 * Throws as the service does when a request is not signed, or wrongly. Made from the service's description alone, so that it agrees with
 * the SDK only if both are right.
 */
export function checkSignature(signed: SignedRequest): 'v1' | 'v4' {
  const { headers } = signed.request
  const authorization = headers.authorization ?? ''
  const token = headers['x-oss-security-token']
  if (token !== undefined && token !== SECURITY_TOKEN) {
    throw new Refusal(403, 'InvalidSecurityToken', 'The security token you provided is invalid.')
  }
  if (authorization.startsWith('OSS4-HMAC-SHA256 ')) {
    checkV4(signed, authorization.slice('OSS4-HMAC-SHA256 '.length))
    return 'v4'
  }
  const v1 = /^OSS ([^:]+):(.+)$/.exec(authorization)
  if (v1 === null) throw new Refusal(403, 'AccessDenied', 'You have no right to access this object.')
  checkV1(signed, v1[1] ?? '', v1[2] ?? '')
  return 'v1'
}

function checkV1(signed: SignedRequest, keyId: string, signature: string): void {
  const { request, bucket, key, query, nowMs } = signed
  checkKeyId(keyId)
  const date = String(request.headers['x-oss-date'] ?? request.headers.date)
  checkSkew(Date.parse(date), nowMs)
  const words = query
    .filter(([name]) => SUB_RESOURCES.has(name))
    .map(([name, value]) => (value === null ? name : `${name}=${value}`))
    .toSorted()
  const resource = `/${bucket}/${key}${words.length === 0 ? '' : `?${words.join('&')}`}`
  const { 'content-md5': md5 = '', 'content-type': type = '' } = request.headers
  const text = [
    request.method,
    md5,
    type,
    date,
    ...ownHeaders(request).map(([name, value]) => `${name}:${value}`),
    resource,
  ]
  const expected = createHmac('sha1', SECRET).update(text.join('\n')).digest('base64')
  if (expected !== signature) throw mismatch()
}

function checkV4(signed: SignedRequest, fields: string): void {
  const { request, bucket, key, query, region, nowMs } = signed
  const parts = Object.fromEntries(
    fields.split(',').map((field) => field.split(/=(.*)/s).slice(0, 2) as [string, string]),
  )
  const [keyId = '', day = '', scopeRegion, product, terminator] = (parts['Credential'] ?? '').split('/')
  checkKeyId(keyId)
  if (scopeRegion !== region || product !== 'oss' || terminator !== 'aliyun_v4_request') {
    throw new Refusal(
      400,
      'InvalidArgument',
      `Invalid signing region in Authorization header: ${scopeRegion}.`,
    )
  }
  const date = String(request.headers['x-oss-date'])
  const time = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date)
  if (time === null || !date.startsWith(day))
    throw new Refusal(403, 'InvalidArgument', 'Invalid signing date.')
  const [, year, month, date2, hour, minute, second] = time.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  checkSkew(Date.UTC(year, month - 1, date2, hour, minute, second), nowMs)
  const words = query
    .map(([name, value]) => (value === null ? escaped(name) : `${escaped(name)}=${escaped(value)}`))
    .toSorted()
  const headers = signedHeaders(request)
  const canonical = [
    request.method,
    escaped(`/${bucket}/${key}`).replaceAll('%2F', '/'),
    words.join('&'),
    headers.map(([name, value]) => `${name}:${value}\n`).join(''),
    '',
    request.headers['x-oss-content-sha256'],
  ].join('\n')
  const scope = `${day}/${region}/oss/aliyun_v4_request`
  const digest = createHash('sha256').update(canonical).digest('hex')
  const text = ['OSS4-HMAC-SHA256', date, scope, digest].join('\n')
  let hmac: Buffer | string = `aliyun_v4${SECRET}`
  for (const step of scope.split('/')) hmac = createHmac('sha256', hmac).update(step).digest()
  if (createHmac('sha256', hmac).update(text).digest('hex') !== parts['Signature']) throw mismatch()
}

function checkKeyId(keyId: string): void {
  if (keyId !== KEY_ID) {
    throw new Refusal(
      403,
      'InvalidAccessKeyId',
      'The OSS Access Key Id you provided does not exist in our records.',
    )
  }
}

function checkSkew(dateMs: number, nowMs: number): void {
  if (Math.abs(dateMs - nowMs) <= SKEW_MS_MAX) return
  throw new Refusal(
    403,
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
  )
}

function ownHeaders({ headers }: IncomingMessage): [name: string, value: string][] {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith('x-oss-'))
    .map(([name, value]): [string, string] => [name, String(value).trim()])
    .toSorted(([first], [second]) => (first < second ? -1 : 1))
}

function signedHeaders(request: IncomingMessage): [name: string, value: string][] {
  const more = (['content-md5', 'content-type'] as const)
    .filter((name) => request.headers[name] !== undefined)
    .map((name): [string, string] => [name, String(request.headers[name]).trim()])
  return [...more, ...ownHeaders(request)].toSorted(([first], [second]) => (first < second ? -1 : 1))
}

function mismatch(): Refusal {
  const text =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.'
  return new Refusal(403, 'SignatureDoesNotMatch', text)
}

function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
