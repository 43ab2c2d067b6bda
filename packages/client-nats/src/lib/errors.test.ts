import assert from 'node:assert/strict'
import { test } from 'vitest'
import { errors } from '@nats-io/transport-node'
import { JetStreamApiError } from '@nats-io/jetstream'
import type { ClientErrorCode } from '@ltx/client-core'
import {
  apiCodeOf,
  diagnose,
  isAnswer,
  isWrongSequence,
  NatsStatusError,
  NatsTransferError,
} from './errors.ts'

const api = (status: number, code: number, description: string): Error =>
  new JetStreamApiError({ code: status, err_code: code, description })
const network = (code: string): Error => Object.assign(new Error(code), { code })

const rows: readonly (readonly [situation: string, error: unknown, ClientErrorCode, hint: RegExp])[] = [
  ['a refused login', new errors.AuthorizationError('Authorization Violation'), 'CLIENT_DENIED', /login/],
  [
    'a login that does not come',
    new errors.AuthorizationError('Authentication Timeout'),
    'CLIENT_UNREACHABLE',
    /in time/,
  ],
  [
    'expired credentials',
    new errors.UserAuthenticationExpiredError('User Authentication Expired'),
    'CLIENT_DENIED',
    /expired/,
  ],
  [
    'no permission',
    new errors.RequestError('x', {
      cause:
        errors.PermissionViolationError.parse('Permissions Violation for Publish to "$O.b.M.x"') ?? undefined,
    }),
    'CLIENT_DENIED',
    /\$O\.b\.M\.x/,
  ],
  [
    'nobody answers',
    new errors.RequestError('x', { cause: new errors.NoRespondersError('s') }),
    'CLIENT_UNREACHABLE',
    /JetStream/,
  ],
  ['no answer', new errors.TimeoutError(), 'CLIENT_UNREACHABLE', /no answer/],
  ['a cut connection', new errors.RequestError('connection closed'), 'CLIENT_UNREACHABLE', /cut/],
  ['a closed connection', new errors.ClosedConnectionError(), 'CLIENT_UNREACHABLE', /cut/],
  [
    'TLS to a plain server',
    new errors.ConnectionError("server does not support 'tls'"),
    'CLIENT_BAD_OPTIONS',
    /tls/,
  ],
  [
    'refused',
    new errors.ConnectionError('connection refused', { cause: network('ECONNREFUSED') }),
    'CLIENT_UNREACHABLE',
    /nothing listens/,
  ],
  ['DNS', network('ENOTFOUND'), 'CLIENT_UNREACHABLE', /DNS/],
  ['TLS', network('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'CLIENT_BAD_OPTIONS', /root-cas/],
  ['a full stream', api(503, 10077, 'maximum bytes exceeded'), 'CLIENT_FULL', /limits of the stream/],
  ['a full account', api(400, 10002, 'resource limits exceeded for account'), 'CLIENT_FULL', /account/],
  ['a full server', api(500, 10047, 'insufficient storage resources available'), 'CLIENT_FULL', /storage/],
  ['another failure of the store', api(503, 10077, 'raft: not leader'), 'CLIENT_UNREACHABLE', /10077/],
  ['too many requests', api(429, 10167, 'too many requests'), 'CLIENT_BUSY', /fewer/],
  ['too many consumers', api(400, 10026, 'maximum consumers limit reached'), 'CLIENT_BUSY', /consumers/],
  ['no stream', api(404, 10059, 'stream not found'), 'CLIENT_BAD_OPTIONS', /does not exist/],
  ['a sealed store', api(400, 10109, 'invalid operation on sealed stream'), 'CLIENT_DENIED', /sealed/],
  ['no object store', api(500, 10111, 'rollup not permitted'), 'CLIENT_BAD_OPTIONS', /no object store/],
  [
    'JetStream that is off',
    api(503, 10039, 'jetstream not enabled for account'),
    'CLIENT_BAD_OPTIONS',
    /JetStream/,
  ],
  ['an unknown refusal', api(400, 10999, 'odd'), 'CLIENT_UNEXPECTED', /10999: odd/],
  ['lost bytes', new NatsTransferError('no progress'), 'CLIENT_UNREACHABLE', /no progress/],
  ['an ended transfer', new NatsStatusError('409 Consumer Deleted'), 'CLIENT_UNREACHABLE', /409/],
  ['anything else', new Error('odd'), 'CLIENT_UNEXPECTED', /odd/],
]
for (const [situation, error, code, hint] of rows) {
  test(`diagnose: ${situation} → ${code}`, () => {
    const diagnosis = diagnose(error)
    assert.equal(diagnosis.code, code)
    assert.match(diagnosis.hint ?? '', hint)
  })
}

test('apiCodeOf: an answer, and no answer → its number, and null', () => {
  assert.equal(apiCodeOf(api(400, 10071, 'wrong last sequence: 1')), 10071)
  assert.equal(apiCodeOf(Object.assign(new Error('x'), { code: 10071 })), null)
})

test('isWrongSequence: both numbers of the server → yes, others → no', () => {
  assert.equal(isWrongSequence(api(400, 10071, '')), true)
  assert.equal(isWrongSequence(api(400, 10164, '')), true)
  assert.equal(isWrongSequence(api(400, 10077, '')), false)
})

test('isAnswer: what the server said → the connection is in order; silence → it is not', () => {
  assert.equal(isAnswer(api(503, 10077, '')), true)
  assert.equal(isAnswer(new NatsStatusError('x')), true)
  assert.equal(isAnswer(new NatsTransferError('x')), false)
  assert.equal(isAnswer(new errors.TimeoutError()), false)
})
