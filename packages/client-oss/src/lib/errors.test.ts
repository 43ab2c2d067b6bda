import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError, type ClientErrorCode } from '@ltx/client-core'
import { diagnose, OssResponseError, OssTransferError, refusalOf, type Refusal } from './errors.ts'

const answer = (status: number, code: string, more: Partial<Refusal> & { aheadMs?: number } = {}): Error => {
  const { aheadMs = null, ...rest } = more
  return new OssResponseError({ status, code, message: 'so it says', ...rest }, aheadMs)
}
const network = (code: string): Error => Object.assign(new Error(code), { code })

const rows: readonly (readonly [situation: string, error: unknown, ClientErrorCode, hint: RegExp])[] = [
  ['no permission', answer(403, 'AccessDenied'), 'CLIENT_DENIED', /permissions/],
  ['an unknown key', answer(403, 'InvalidAccessKeyId'), 'CLIENT_DENIED', /access-key-id/],
  ['a wrong secret', answer(403, 'SignatureDoesNotMatch'), 'CLIENT_DENIED', /secret/],
  ['an old token', answer(403, 'SecurityTokenExpired'), 'CLIENT_DENIED', /temporary/],
  ['a retention policy', answer(409, 'FileImmutable'), 'CLIENT_DENIED', /retention/],
  ['an unknown 403', answer(403, 'Whatever'), 'CLIENT_DENIED', /Whatever/],
  ['a bare 403', answer(403, ''), 'CLIENT_DENIED', /so it says/],
  [
    'a wrong clock',
    answer(403, 'RequestTimeTooSkewed', { aheadMs: 3_600_000 }),
    'CLIENT_DENIED',
    /60 minutes ahead/,
  ],
  [
    'a wrong clock by the Date of a bare 403',
    answer(403, '', { aheadMs: -3_600_000 }),
    'CLIENT_DENIED',
    /behind/,
  ],
  ['no bucket', answer(404, 'NoSuchBucket'), 'CLIENT_BAD_OPTIONS', /bucket/],
  [
    'a bucket elsewhere',
    answer(403, 'AccessDenied', { endpoint: 'oss-cn-beijing.aliyuncs.com' }),
    'CLIENT_BAD_OPTIONS',
    /give endpoint oss-cn-beijing/,
  ],
  [
    'a wrong region in the signature',
    answer(400, 'InvalidArgument', { message: 'Invalid signing region in Authorization header.' }),
    'CLIENT_BAD_OPTIONS',
    /region/,
  ],
  ['a key that begins with a slash', answer(400, 'InvalidObjectName'), 'CLIENT_BAD_OPTIONS', /path/],
  ['a slow-down', answer(503, 'SlowDown'), 'CLIENT_BUSY', /fewer/],
  ['a bare 503', answer(503, ''), 'CLIENT_BUSY', /fewer/],
  ['429', answer(429, ''), 'CLIENT_BUSY', /fewer/],
  ['a quota', answer(403, 'QuotaExceeded'), 'CLIENT_FULL', /so it says/],
  ['damaged bytes', answer(400, 'InvalidDigest'), 'CLIENT_UNREACHABLE', /damaged/],
  ['500', answer(500, 'InternalError'), 'CLIENT_UNREACHABLE', /500/],
  ['a taken name', answer(409, 'FileAlreadyExists'), 'CLIENT_EXISTS', /taken/],
  ['an unknown 400', answer(400, 'Odd'), 'CLIENT_UNEXPECTED', /Odd/],
  ['refused', network('ECONNREFUSED'), 'CLIENT_UNREACHABLE', /endpoint/],
  ['DNS, several addresses', new AggregateError([network('ENOTFOUND')]), 'CLIENT_UNREACHABLE', /DNS/],
  ['TLS', network('SELF_SIGNED_CERT_IN_CHAIN'), 'CLIENT_BAD_OPTIONS', /NODE_EXTRA_CA_CERTS/],
  ['a short body', new OssTransferError('3 of 5'), 'CLIENT_UNREACHABLE', /3 of 5/],
  ['anything else', new Error('odd'), 'CLIENT_UNEXPECTED', /odd/],
]
for (const [situation, error, code, hint] of rows) {
  test(`diagnose: ${situation} → ${code}`, () => {
    const diagnosis = diagnose(error)
    assert.equal(diagnosis.code, code)
    assert.match(diagnosis.hint ?? '', hint)
  })
}

test('refusalOf: an answer, and what was made of it → what it says; no answer → null', () => {
  const native = answer(404, 'NoSuchKey')
  assert.equal(refusalOf(native)?.code, 'NoSuchKey')
  assert.equal(refusalOf(new ClientError('CLIENT_UNEXPECTED', 'x', { cause: native }))?.status, 404)
  assert.equal(refusalOf(network('ECONNRESET')), null)
})
