import assert from 'node:assert/strict'
import { test } from 'vitest'
import { diagnoseConnecting } from './diagnose-connecting.ts'
import { SftpConnectionError } from './errors.ts'

const PLACE = { host: 'h', port: 22, user: 'u' }
const STORY = { offered: ['publickey'], tried: ['password'], agentError: null }

for (const [what, fields, trouble, text] of [
  ['no method is left', { level: 'client-authentication' }, 'denied', /tried: password, .* takes: publickey/],
  ['too many tries', { message: 'Too many authentication failures', code: 2 }, 'denied', /does not let u in/],
  ['too many connections', { code: 12 }, 'busy', /no more connections/],
  ['no room for a channel', { reason: 4 }, 'busy', /no more connections/],
  [
    'no algorithm in common',
    { level: 'handshake', message: 'Handshake failed: no matching key' },
    'options',
    /in common/,
  ],
  ['no SFTP', { message: 'Unable to start subsystem: sftp' }, 'denied', /no SFTP/],
  ['refused', { code: 'ECONNREFUSED' }, 'unreachable', /nothing listens/],
  ['an unknown host', { code: 'ENOTFOUND' }, 'unreachable', /DNS/],
  ['another code', { code: 'EWHAT', message: 'what?' }, 'unreachable', /EWHAT: what\?/],
  ['no code', { message: 'Connection lost before handshake' }, 'unreachable', /before handshake/],
] as const) {
  test(`diagnoseConnecting: ${what} → ${trouble}, in words that help`, () => {
    const cause = Object.assign(new Error('message' in fields ? fields.message : 'x'), fields)
    const error = diagnoseConnecting(cause, PLACE, STORY)
    assert.equal(error.trouble, trouble)
    assert.match(error.message, text)
    assert.equal(error.cause, cause)
  })
}

test('diagnoseConnecting: the agent failed → its words are there', () => {
  const error = diagnoseConnecting(Object.assign(new Error('x'), { level: 'client-authentication' }), PLACE, {
    offered: [],
    tried: [],
    agentError: 'no such socket',
  })
  assert.match(error.message, /nothing that was given fits.*agent failed: no such socket/)
})

test('diagnoseConnecting: what is diagnosed already → as it is', () => {
  const error = new SftpConnectionError('denied', 'x')
  assert.equal(diagnoseConnecting(error, PLACE, STORY), error)
})
