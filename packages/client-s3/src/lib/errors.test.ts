import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError, type ClientErrorCode } from '@ltx/client-core'
import { badOptions, diagnose, failedAnswer, type PlaceFacts } from './errors.ts'

const place: PlaceFacts = {
  bucket: 'b',
  endpoint: null,
  region: 'us-east-1',
  bucketRegion: 'eu-west-1',
  wallMs: 1_000_000_000,
  serverMs: 1_000_000_000 + 20 * 60_000,
}

function answer(status: number, code: string, message: string = 'what the server said'): Error {
  return Object.assign(new Error(message), { name: code, Code: code, $metadata: { httpStatusCode: status } })
}

function native(code: string, message: string = code): Error {
  return Object.assign(new Error(message), { code, $metadata: { attempts: 1 } })
}

const rows: readonly [what: string, error: Error, code: ClientErrorCode, hint: RegExp][] = [
  ['no right', answer(403, 'AccessDenied'), 'CLIENT_DENIED', /permissions/],
  ['a 403 without a code', answer(403, '403'), 'CLIENT_DENIED', /permissions/],
  ['a 401', answer(401, 'Unauthorized'), 'CLIENT_DENIED', /permissions/],
  ['an unknown key', answer(403, 'InvalidAccessKeyId'), 'CLIENT_DENIED', /access-key-id/],
  ['an unknown key, versitygw', answer(404, 'XAdminUserNotFound'), 'CLIENT_DENIED', /access-key-id/],
  ['a wrong secret', answer(403, 'SignatureDoesNotMatch'), 'CLIENT_DENIED', /secret/],
  ['an old token', answer(400, 'ExpiredToken'), 'CLIENT_DENIED', /renew/],
  [
    'no credentials',
    Object.assign(new Error('x'), { name: 'CredentialsProviderError' }),
    'CLIENT_DENIED',
    /no credentials/,
  ],
  ['an archived object', answer(403, 'InvalidObjectState'), 'CLIENT_DENIED', /archive/],
  ['a KMS key that is off', answer(400, 'KMS.DisabledException'), 'CLIENT_DENIED', /sse-kms-key-id/],
  ['a wrong clock', answer(403, 'RequestTimeTooSkewed'), 'CLIENT_DENIED', /by 20 minutes, it is slow.*NTP/],
  ['a missing bucket', answer(404, 'NoSuchBucket'), 'CLIENT_BAD_OPTIONS', /no such bucket/],
  [
    'another region',
    answer(301, 'PermanentRedirect'),
    'CLIENT_BAD_OPTIONS',
    /us-east-1 is not.*set region to eu-west-1/,
  ],
  [
    'another region, 400',
    answer(400, 'AuthorizationHeaderMalformed'),
    'CLIENT_BAD_OPTIONS',
    /set region to eu-west-1/,
  ],
  [
    'a customer key is missing',
    answer(400, 'InvalidRequest', 'a form of Server Side Encryption'),
    'CLIENT_BAD_OPTIONS',
    /sse-customer-key/,
  ],
  ['small parts', answer(400, 'EntityTooSmall'), 'CLIENT_BAD_OPTIONS', /part-size/],
  ['a storage class that is none', answer(400, 'InvalidStorageClass'), 'CLIENT_BAD_OPTIONS', /storage-class/],
  ['a missing key', answer(404, 'NoSuchKey'), 'CLIENT_NOT_FOUND', /no such file/],
  ['a 404 without a body', answer(404, 'NotFound'), 'CLIENT_NOT_FOUND', /no such file/],
  ['a 404 of something else', answer(404, 'NoSuchTenant'), 'CLIENT_UNEXPECTED', /NoSuchTenant/],
  ['a name that is taken', answer(412, 'PreconditionFailed'), 'CLIENT_EXISTS', /already/],
  ['a concurrent write', answer(409, 'ConditionalRequestConflict'), 'CLIENT_BUSY', /under way/],
  ['SlowDown', answer(503, 'SlowDown'), 'CLIENT_BUSY', /slow down/],
  ['a bare 503', answer(503, '503'), 'CLIENT_BUSY', /slow down/],
  ['a bare 429', answer(429, 'Whatever'), 'CLIENT_BUSY', /slow down/],
  ['ThrottlingException', answer(400, 'ThrottlingException'), 'CLIENT_BUSY', /slow down/],
  ['RequestCanceled of Tigris', answer(400, 'RequestCanceled'), 'CLIENT_BUSY', /load/],
  ['RequestTimeout', answer(400, 'RequestTimeout'), 'CLIENT_UNREACHABLE', /waited/],
  ['a 408', answer(408, 'x'), 'CLIENT_UNREACHABLE', /trouble/],
  ['InternalError', answer(500, 'InternalError'), 'CLIENT_UNREACHABLE', /trouble/],
  ['a bad gateway', answer(502, '502'), 'CLIENT_UNREACHABLE', /trouble/],
  ['damage on the way', answer(400, 'BadDigest'), 'CLIENT_UNREACHABLE', /damaged/],
  ['a quota', answer(403, 'QuotaExceeded'), 'CLIENT_FULL', /quota/],
  ['a full server', answer(507, 'XMinioStorageFull'), 'CLIENT_FULL', /quota/],
  [
    'a cap at B2',
    answer(403, 'AccessDenied', 'Cannot upload files, storage cap exceeded'),
    'CLIENT_FULL',
    /quota/,
  ],
  ['a refused connection', native('ECONNREFUSED'), 'CLIENT_UNREACHABLE', /refused/],
  ['no such host', native('ENOTFOUND'), 'CLIENT_UNREACHABLE', /resolved/],
  ['a cut connection', native('ECONNRESET'), 'CLIENT_UNREACHABLE', /broke/],
  ['a silent server', native('ETIMEDOUT'), 'CLIENT_UNREACHABLE', /in time/],
  [
    'a certificate of our own',
    native('DEPTH_ZERO_SELF_SIGNED_CERT'),
    'CLIENT_UNREACHABLE',
    /certificate.*skip-verify/,
  ],
  [
    'a certificate of another host',
    native('ERR_TLS_CERT_ALTNAME_INVALID'),
    'CLIENT_UNREACHABLE',
    /certificate/,
  ],
  ['https to an http server', native('ERR_SSL_WRONG_VERSION_NUMBER'), 'CLIENT_UNREACHABLE', /http:\/\//],
  ['http to an https server', native('HPE_INVALID_CONSTANT'), 'CLIENT_UNREACHABLE', /https:\/\//],
  [
    'anything else',
    answer(400, 'Strange', 'a strange thing'),
    'CLIENT_UNEXPECTED',
    /a strange thing.*Strange, HTTP 400/,
  ],
]

for (const [what, error, code, hint] of rows) {
  test(`diagnose: ${what} → ${code}`, () => {
    const found = diagnose(error, place)
    assert.equal(found.code, code)
    assert.match(found.hint ?? '', hint)
    assert.match(found.hint ?? '', /bucket b\)$/)
  })
}

test('diagnose: what will not mend itself → give up, though the server is unreachable', () => {
  assert.equal(diagnose(native('CERT_HAS_EXPIRED'), place).advice, 'give-up')
  assert.equal(diagnose(native('ERR_SSL_WRONG_VERSION_NUMBER'), place).advice, 'give-up')
})

test('diagnose: a wrong clock → try again, for the next request is dated by the server', () => {
  assert.equal(diagnose(answer(403, 'RequestTimeTooSkewed'), place).advice, 'retry')
  assert.doesNotMatch(
    diagnose(answer(403, 'RequestTimeTooSkewed'), { ...place, serverMs: null }).hint ?? '',
    /minutes/,
  )
})

test('failedAnswer: a ClientError → what its cause says; no error at all → its text', () => {
  const wrapped = new ClientError('CLIENT_EXISTS', 'x', { cause: answer(412, 'PreconditionFailed') })
  assert.deepEqual(failedAnswer(wrapped), {
    status: 412,
    code: 'PreconditionFailed',
    message: 'what the server said',
  })
  assert.deepEqual(failedAnswer('odd'), { status: 0, code: '', message: 'odd' })
})

test('badOptions: a detail → CLIENT_BAD_OPTIONS that says whose', () => {
  assert.equal(badOptions('no').message, 'CLIENT_BAD_OPTIONS: s3: no')
})
