import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toClientError } from '@ltx/client-core'
import { diagnose, GsCredentialsError, GsResponseError, GsTransferError } from './errors.ts'
import { TimeoutError } from './send-request.ts'

const native = (code: string): Error => Object.assign(new Error(`${code}: x`), { code })
const said = (status: number, reason = '', clockAheadMs: number | null = 0): Error =>
  new GsResponseError(status, reason, 'a detail', clockAheadMs)

const rows: readonly [string, unknown, string, 'retry' | 'give-up', RegExp][] = [
  ['400', said(400, 'invalid'), 'CLIENT_UNEXPECTED', 'give-up', /a detail/],
  ['401', said(401, 'authError'), 'CLIENT_DENIED', 'give-up', /GOOGLE_APPLICATION_CREDENTIALS/],
  [
    '401 and a clock ahead',
    said(401, 'authError', 3_600_000),
    'CLIENT_DENIED',
    'give-up',
    /60 minutes ahead of/,
  ],
  ['403 and a clock behind', said(403, 'x', -600_000), 'CLIENT_DENIED', 'give-up', /10 minutes behind/],
  ['403', said(403, 'forbidden'), 'CLIENT_DENIED', 'give-up', /Storage Object User/],
  [
    '403 of a retention policy',
    said(403, 'retentionPolicyNotMet'),
    'CLIENT_DENIED',
    'give-up',
    /retention policy/,
  ],
  ['403 of billing', said(403, 'accountDisabled'), 'CLIENT_DENIED', 'give-up', /billing/],
  ['403 of a rate limit', said(403, 'rateLimitExceeded'), 'CLIENT_BUSY', 'retry', /fewer requests/],
  [
    '404, which is the bucket here',
    said(404, 'notFound'),
    'CLIENT_BAD_OPTIONS',
    'give-up',
    /bucket does not exist/,
  ],
  ['408', said(408), 'CLIENT_UNREACHABLE', 'retry', /408/],
  ['429', said(429), 'CLIENT_BUSY', 'retry', /fewer requests/],
  ['500', said(500, 'backendError'), 'CLIENT_UNREACHABLE', 'retry', /500 backendError/],
  ['502', said(502), 'CLIENT_UNREACHABLE', 'retry', /502/],
  ['503', said(503), 'CLIENT_BUSY', 'retry', /fewer requests/],
  ['refused', native('ECONNREFUSED'), 'CLIENT_UNREACHABLE', 'retry', /nothing listens/],
  ['cut', native('ECONNRESET'), 'CLIENT_UNREACHABLE', 'retry', /cut/],
  ['an unknown host', native('ENOTFOUND'), 'CLIENT_UNREACHABLE', 'retry', /DNS/],
  ['no progress', new TimeoutError(5, 'waiting'), 'CLIENT_UNREACHABLE', 'retry', /no progress/],
  [
    'several addresses',
    new AggregateError([native('ECONNREFUSED')], 'all'),
    'CLIENT_UNREACHABLE',
    'retry',
    /listens/,
  ],
  ['an untrusted certificate', native('DEPTH_ZERO_SELF_SIGNED_CERT'), 'CLIENT_BAD_OPTIONS', 'give-up', /TLS/],
  [
    'a certificate of another host',
    native('ERR_TLS_CERT_ALTNAME_INVALID'),
    'CLIENT_BAD_OPTIONS',
    'give-up',
    /TLS/,
  ],
  ['changed bytes', new GsTransferError('other bytes'), 'CLIENT_UNREACHABLE', 'retry', /other bytes/],
  ['something else', new Error('whatever'), 'CLIENT_UNEXPECTED', 'give-up', /whatever/],
  [
    'no credentials',
    new GsCredentialsError('x', { cause: new Error('Could not load the default credentials') }),
    'CLIENT_DENIED',
    'give-up',
    /GOOGLE_APPLICATION_CREDENTIALS/,
  ],
  [
    'a token service that is down',
    new GsCredentialsError('x', { cause: Object.assign(new Error('x'), { status: 503 }) }),
    'CLIENT_UNREACHABLE',
    'retry',
    /token service answered 503/,
  ],
  [
    'a token service that cannot be reached',
    new GsCredentialsError('x', { cause: new Error('x', { cause: native('ENOTFOUND') }) }),
    'CLIENT_UNREACHABLE',
    'retry',
    /no access token: ENOTFOUND/,
  ],
]

for (const [what, error, code, advice, words] of rows) {
  test(`gs errors: ${what} → ${code}, ${advice}, and a word on what to check`, () => {
    const translated = toClientError(error, 'write it', diagnose)
    assert.deepEqual([translated.code, translated.advice, translated.cause], [code, advice, error])
    assert.match(translated.message, words)
  })
}
