import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Refusal } from './fake-blobs.ts'

export const ACCOUNT = 'myaccount'

export const ACCOUNT_KEY: string = Buffer.from('the secret key of the fake account').toString('base64')

/** For containers, everything allowed. */
export const SAS_TOKEN =
  'sv=2026-10-06&sr=c&sp=rcwdl&se=2099-01-01T00%3A00%3A00Z&sig=c2VjcmV0LXNpZ25hdHVyZQ%3D%3D'

const SKEW_MS_MAX = 900_000

/** Headers that are signed by their place. */
const SIGNED = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
]

/**
 * Lets a request pass whose SAS token is the fake's, or whose SharedKey signature is right.
 *
 * @throws {Refusal}
 * @see learn.microsoft.com, "Authorize with Shared Key"
 */
export function checkSignature(request: IncomingMessage, url: URL, nowMs: number): void {
  const version = request.headers['x-ms-version']
  if (typeof version !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(version))
    throw new Refusal(400, 'InvalidHeaderValue')
  if (url.searchParams.has('sig')) {
    for (const [name, value] of new URLSearchParams(SAS_TOKEN)) {
      if (url.searchParams.get(name) !== value)
        throw new Refusal(403, 'AuthenticationFailed', 'Signature did not match.')
    }
    return
  }
  const { authorization } = request.headers
  if (authorization === undefined) throw new Refusal(401, 'NoAuthenticationInformation')
  const sentMs = Date.parse(String(request.headers['x-ms-date']))
  if (!(Math.abs(sentMs - nowMs) < SKEW_MS_MAX))
    throw new Refusal(403, 'AuthenticationFailed', 'Request date header too old')
  const expected = `SharedKey ${ACCOUNT}:${signatureOf(request, url)}`
  if (authorization !== expected)
    throw new Refusal(403, 'AuthenticationFailed', 'The MAC signature is not the same.')
}

function signatureOf(request: IncomingMessage, url: URL): string {
  const { headers, method = '' } = request
  const placed = SIGNED.map((name) => {
    if (name === 'date' && headers['x-ms-date'] !== undefined) return ''
    return name === 'content-length' && headers[name] === '0' ? '' : String(headers[name] ?? '')
  })
  const named = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => `${name}:${String(headers[name]).trim()}`)
  const parameters = [...url.searchParams]
    .map(([name, value]) => `${name.toLowerCase()}:${value}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
  const text = [method, ...placed, ...named, `/${ACCOUNT}${url.pathname}`, ...parameters].join('\n')
  return createHmac('sha256', Buffer.from(ACCOUNT_KEY, 'base64')).update(text).digest('base64')
}
