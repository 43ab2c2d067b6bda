import assert from 'node:assert/strict'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { withCode } from '../../test/material.ts'
import { checkOptions, type SftpClientOptions } from './options.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
const base: SftpClientOptions = { host: 'h', user: 'u', env: nodeEnv() }

for (const [path, prefix] of [
  [undefined, ''],
  ['', ''],
  ['.', ''],
  ['/', '/'],
  ['/a', '/a/'],
  ['/a/', '/a/'],
  ['a//b/../c', 'a/c/'],
] as const) {
  test(`checkOptions: path ${path} → paths begin with ${JSON.stringify(prefix)}`, () => {
    assert.equal(checkOptions({ ...base, path }).prefix, prefix)
  })
}

test('checkOptions: only what is needed → port 22, several writes at once, half a minute', () => {
  const { port, concurrentWrites, timeoutMs, hostKey } = checkOptions(base)
  assert.deepEqual([port, concurrentWrites, timeoutMs, hostKey], [22, true, 30_000, null])
})

test('checkOptions: empty texts → as if they were not given', () => {
  const empty = { password: '', keyPath: '', agent: '', hostKey: '', knownHostsPath: '' }
  const settings = checkOptions({ ...base, ...empty })
  for (const name of Object.keys(empty)) assert.ok(!settings[name as keyof typeof empty])
})

for (const [what, options, text] of [
  ['no host', { host: '' }, /host is missing/],
  ['a host with a slash', { host: 'a/b' }, /no name of a host/],
  ['no user', { user: '' }, /user is missing/],
  ['a port beyond', { port: 65_536 }, /no port/],
  ['no time at all', { timeoutMs: 0 }, /timeoutMs/],
  ['a zero byte in the path', { path: 'a\0b' }, /zero byte/],
  ['a host key that is none', { hostKey: 'SHA256:abc' }, /host key cannot be read/],
  ['a word that is not known', { keypath: 'x' }, /"keyPath"/],
] as const) {
  test(`checkOptions: ${what} → CLIENT_BAD_OPTIONS`, () => {
    assert.throws(() => checkOptions({ ...base, ...options }), withCode('CLIENT_BAD_OPTIONS', text))
  })
}

test('checkOptions: a host key → read', () => {
  assert.equal(checkOptions({ ...base, hostKey: KEY }).hostKey?.type, 'ssh-ed25519')
})
