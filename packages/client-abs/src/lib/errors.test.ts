import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toClientError } from '@ltx/client-core'
import { TimeoutError } from './deadline.ts'
import { AbsTransferError, diagnose, diagnoseRead, isMissingBlob, isPastEnd, isTaken } from './errors.ts'

const NOW_MS = Date.parse('2026-01-01T00:00:00Z')

const native = (code: string): Error => Object.assign(new Error(`${code}: x`), { code })

/** As the library throws it: with what a secret may stand in. */
function said(statusCode: number, code: string, dateMs: number = NOW_MS): Error {
  const headers = new Map([
    ['x-ms-error-code', code],
    ['date', new Date(dateMs).toUTCString()],
  ])
  return Object.assign(new Error('sig=secret'), {
    name: 'RestError',
    statusCode,
    code,
    response: { headers },
  })
}

const rows: readonly [string, unknown, string, 'retry' | 'give-up', RegExp][] = [
  [
    'a missing container',
    said(404, 'ContainerNotFound'),
    'CLIENT_BAD_OPTIONS',
    'give-up',
    /container does not exist/,
  ],
  ['a wrong key', said(403, 'AuthenticationFailed'), 'CLIENT_DENIED', 'give-up', /account key/],
  [
    'a wrong clock',
    said(403, 'AuthenticationFailed', NOW_MS - 3_600_000),
    'CLIENT_DENIED',
    'give-up',
    /60 minutes ahead of/,
  ],
  [
    'no role',
    said(403, 'AuthorizationPermissionMismatch'),
    'CLIENT_DENIED',
    'give-up',
    /Blob Data Contributor/,
  ],
  ['a firewall', said(403, 'AuthorizationFailure'), 'CLIENT_DENIED', 'give-up', /firewall/],
  [
    'a token of another service',
    said(403, 'AuthorizationServiceMismatch'),
    'CLIENT_DENIED',
    'give-up',
    /ss=b/,
  ],
  [
    'no keys allowed',
    said(403, 'KeyBasedAuthenticationNotPermitted'),
    'CLIENT_DENIED',
    'give-up',
    /managed identity/,
  ],
  ['no credentials', said(401, 'NoAuthenticationInformation'), 'CLIENT_DENIED', 'give-up', /credentials/],
  ['an immutable blob', said(409, 'BlobImmutableDueToPolicy'), 'CLIENT_DENIED', 'give-up', /immutability/],
  ['throttling', said(503, 'ServerBusy'), 'CLIENT_BUSY', 'retry', /fewer requests/],
  ['429', said(429, 'TooManyRequests'), 'CLIENT_BUSY', 'retry', /fewer requests/],
  ['500', said(500, 'InternalError'), 'CLIENT_UNREACHABLE', 'retry', /500 InternalError/],
  [
    'a time limit of its own',
    said(500, 'OperationTimedOut'),
    'CLIENT_UNREACHABLE',
    'retry',
    /OperationTimedOut/,
  ],
  ['a lost block', said(400, 'InvalidBlockList'), 'CLIENT_UNREACHABLE', 'retry', /block/],
  ['changed bytes', said(400, 'Md5Mismatch'), 'CLIENT_UNREACHABLE', 'retry', /changed/],
  ['an old emulator', said(400, 'InvalidHeaderValue'), 'CLIENT_UNEXPECTED', 'give-up', /skipApiVersionCheck/],
  ['snapshots', said(409, 'SnapshotsPresent'), 'CLIENT_UNEXPECTED', 'give-up', /snapshots/],
  ['something else', said(400, 'Whatever'), 'CLIENT_UNEXPECTED', 'give-up', /400 Whatever/],
  ['refused', native('ECONNREFUSED'), 'CLIENT_UNREACHABLE', 'retry', /nothing listens/],
  ['cut', native('ECONNRESET'), 'CLIENT_UNREACHABLE', 'retry', /cut/],
  ['an unknown host', native('ENOTFOUND'), 'CLIENT_UNREACHABLE', 'retry', /account, endpoint and DNS/],
  ['no progress', new TimeoutError(5), 'CLIENT_UNREACHABLE', 'retry', /no progress/],
  ['an untrusted certificate', native('DEPTH_ZERO_SELF_SIGNED_CERT'), 'CLIENT_BAD_OPTIONS', 'give-up', /TLS/],
  ['a body that changed', new AbsTransferError('other bytes'), 'CLIENT_UNREACHABLE', 'retry', /other bytes/],
  [
    'no identity',
    Object.assign(new Error('x'), { name: 'AggregateAuthenticationError' }),
    'CLIENT_DENIED',
    'give-up',
    /managed identity/,
  ],
  ['an error of our own', new Error('whatever'), 'CLIENT_UNEXPECTED', 'give-up', /whatever/],
]

for (const [what, error, code, advice, words] of rows) {
  test(`abs errors: ${what} → ${code}, ${advice}, a word on what to check, and no secret`, () => {
    const translated = toClientError(error, 'write it', (each) => diagnose(each, NOW_MS))
    assert.deepEqual([translated.code, translated.advice, translated.cause], [code, advice, error])
    assert.match(translated.message, words)
    assert.doesNotMatch(translated.message, /secret/)
  })
}

test('abs errors: a missing blob → CLIENT_NOT_FOUND for a read alone; a missing container never', () => {
  assert.equal(diagnoseRead(said(404, 'BlobNotFound'), NOW_MS).code, 'CLIENT_NOT_FOUND')
  assert.equal(diagnoseRead(said(404, 'ContainerNotFound'), NOW_MS).code, 'CLIENT_BAD_OPTIONS')
  assert.deepEqual([isMissingBlob(said(404, 'BlobNotFound')), isMissingBlob(said(404, '404'))], [true, false])
})

test('abs errors: a name that is taken → seen in each of the ways in which Azure says it', () => {
  const codes = [
    'BlobAlreadyExists',
    'ConditionNotMet',
    'BlobImmutableDueToPolicy',
    'UnauthorizedBlobOverwrite',
  ]
  for (const code of codes) assert.ok(isTaken(said(409, code)), code)
  assert.ok(!isTaken(said(409, 'LeaseIdMissing')) && !isTaken(native('ECONNRESET')) && !isTaken(null))
  assert.ok(isPastEnd(said(416, 'InvalidRange')) && !isPastEnd(undefined))
})
