import assert from 'node:assert/strict'
import type { ReplicaSettings, SettingValue } from '@ltx/client-core'
import { test } from 'vitest'
import { withCode } from '../../test/material.ts'
import { sftpOptionsFrom } from './options-from.ts'

function of(
  url: string | undefined,
  keys: Record<string, SettingValue> = {},
  environment: ReplicaSettings['environment'] = {},
): Record<string, unknown> {
  const options = Object.entries(sftpOptionsFrom({ url, keys, environment }))
  return Object.fromEntries(options.filter(([, value]) => value !== undefined))
}

for (const [url, expected] of [
  ['sftp://u@h/foo', { host: 'h', user: 'u', path: '/foo' }],
  ['sftp://u:p%40ss%3A@h:2222/a/b/', { host: 'h', port: 2222, user: 'u', password: 'p@ss:', path: '/a/b/' }],
  ['sftp://u%40d@h/my%20app', { host: 'h', user: 'u@d', path: '/my app' }],
  ['sftp://u@h', { host: 'h', user: 'u', path: '' }],
  ['sftp://u@[::1]:22/x', { host: '::1', port: 22, user: 'u', path: '/x' }],
  ['sftp://h/x', { host: 'h', user: '', path: '/x' }],
] as const) {
  test(`sftpOptionsFrom: ${url} → its parts`, () => assert.deepEqual(of(url), expected))
}

for (const [host, expected] of [
  ['h', { host: 'h' }],
  ['h:2222', { host: 'h', port: 2222 }],
  ['[::1]:2222', { host: '::1', port: 2222 }],
  ['[::1]', { host: '::1' }],
  ['fe80::1', { host: 'fe80::1' }],
] as const) {
  test(`sftpOptionsFrom: key host ${host} → its parts`, () => {
    assert.deepEqual(of(undefined, { host, user: 'u', path: 'p' }), { ...expected, user: 'u', path: 'p' })
  })
}

test('sftpOptionsFrom: keys beside a URL → the keys win', () => {
  const keys = {
    user: 'k',
    password: 'kp',
    'key-path': '/id',
    'host-key': 'ssh-ed25519 A',
    'concurrent-writes': false,
  }
  assert.deepEqual(of('sftp://u:p@h/x', keys), {
    host: 'h',
    user: 'k',
    password: 'kp',
    keyPath: '/id',
    hostKey: 'ssh-ed25519 A',
    concurrentWrites: false,
    path: '/x',
  })
})

test('sftpOptionsFrom: the environment → agent, known hosts, and where ~ is', () => {
  const environment = { HOME: '/my', SSH_AUTH_SOCK: '/run/agent' }
  assert.deepEqual(of('sftp://u@h/x', { 'key-path': '~/.ssh/id' }, environment), {
    host: 'h',
    user: 'u',
    path: '/x',
    keyPath: '/my/.ssh/id',
    agent: '/run/agent',
    knownHostsPath: '/my/.ssh/known_hosts',
  })
})

test('sftpOptionsFrom: keys of other storages, from the top level → nothing to us', () => {
  assert.deepEqual(of('sftp://u@h/x', { region: 'r', 'part-size': 5, tls: true }), of('sftp://u@h/x'))
})

for (const [what, url, keys, text] of [
  ['a URL and a host', 'sftp://u@h/x', { host: 'i' }, /the key host/],
  ['a URL and a path', 'sftp://u@h/x', { path: 'y' }, /the key path/],
  ['another scheme', 'ssh://u@h/x', {}, /sftp:\/\//],
  ['no URL at all', 'sftp//', {}, /cannot be read/],
  ['a query', 'sftp://u@h/x?hostkey=1', {}, /"hostkey"/],
  ['a % that begins no escape', 'sftp://u@h/100%', {}, /%25/],
  ['a key that is misspelt', 'sftp://u@h/x', { 'key-pth': '/id' }, /"key-path"/],
  ['a number as a password', 'sftp://u@h/x', { password: 7 }, /password is a text/],
  ['concurrent-writes as a text', 'sftp://u@h/x', { 'concurrent-writes': 'yes' }, /concurrent-writes/],
  ['a host that cannot be read', undefined, { host: 'h:x' }, /HOST:PORT/],
  ['~ without a home', 'sftp://u@h/x', { 'key-path': '~/id' }, /HOME/],
] as const) {
  test(`sftpOptionsFrom: ${what} → CLIENT_BAD_OPTIONS`, () => {
    assert.throws(() => of(url, keys), withCode('CLIENT_BAD_OPTIONS', text))
  })
}

test('sftpOptionsFrom: a URL that cannot be read → its password is nowhere in the error', () => {
  assert.throws(
    () => of('sftp://u:hunter2@h:notaport/x'),
    (error) => !String((error as Error).stack).includes('hunter2') && (error as Error).cause === undefined,
  )
})
