import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'vitest'
import { knownKeys } from './known-hosts.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'

function hashed(name: string): string {
  const salt = Buffer.from('some salt of twenty.')
  const hash = createHmac('sha1', salt).update(name).digest('base64')
  return `|1|${salt.toString('base64')}|${hash}`
}

for (const [names, host, port, known] of [
  ['example.com', 'example.com', 22, true],
  ['example.com', 'EXAMPLE.com', 22, true],
  ['example.com', 'example.com', 2222, false],
  ['[example.com]:2222', 'example.com', 2222, true],
  ['[example.com]:2222', 'example.com', 22, false],
  ['a,example.com,b', 'example.com', 22, true],
  ['*.example.com', 'a.example.com', 22, true],
  ['*.example.com', 'example.com', 22, false],
  ['host?', 'host7', 22, true],
  ['host?', 'host', 22, false],
  ['*.example.com,!bad.example.com', 'bad.example.com', 22, false],
  ['exampleXcom', 'example.com', 22, false],
  ['example.com', 'exampleXcom', 22, false],
  ['::1', '::1', 22, true],
  [hashed('example.com'), 'example.com', 22, true],
  [hashed('[example.com]:2222'), 'example.com', 2222, true],
  [hashed('example.org'), 'example.com', 22, false],
] as const) {
  test(`knownKeys: ${names} for ${host} port ${port} → ${known ? 'known' : 'not known'}`, () => {
    assert.equal(knownKeys(`${names} ${KEY}\n`, host, port).keys.length, known ? 1 : 0)
  })
}

test('knownKeys: comments, empty lines, bad keys, authorities and what is revoked → each as it is meant', () => {
  const text = [
    `# example.com ${KEY}`,
    '',
    'example.com ssh-ed25519 nonsense',
    'example.com',
    `@cert-authority example.com ${KEY}`,
    `@revoked example.com ${KEY} a comment`,
  ].join('\r\n')
  const { keys, revoked } = knownKeys(text, 'example.com', 22)
  assert.deepEqual([keys.length, revoked.length], [0, 1])
})
