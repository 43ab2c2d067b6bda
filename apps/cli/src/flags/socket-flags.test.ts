import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseFlags } from './parse-flags.ts'
import { socketFlags } from './socket-flags.ts'

test('socketFlags: none given, both given → the defaults, what was given', () => {
  const initial = parseFlags(socketFlags(10), ['x'])
  assert.deepEqual(initial.kind === 'flags' && { ...initial.values }, {
    socket: '/var/run/litestream.sock',
    timeout: 10,
  })
  const given = parseFlags(socketFlags(10), ['-socket', 'a.sock', '-timeout=3', 'x'])
  assert.deepEqual(given.kind === 'flags' && { ...given.values }, { socket: 'a.sock', timeout: 3 })
})
