import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { simEnv } from '@ltx/env/sim'
import { checkOptions, type FileClientOptions } from './options.ts'

const env = simEnv({ seed: 1 })

for (const [what, options] of [
  ['no path', { path: '' }],
  ['a zero byte in the path', { path: '/a\0b' }],
  ['a mode out of range', { path: '/a', database: { mode: 0o10000 } }],
  ['a mode that is no whole number', { path: '/a', database: { directoryMode: 1.5 } }],
  ['uid without gid', { path: '/a', database: { uid: 1 } }],
  ['an option nobody knows', { path: '/a', sync: true }],
  ['a database option nobody knows', { path: '/a', database: { owner: 'me' } }],
] as const) {
  test(`file options: ${what} → CLIENT_BAD_OPTIONS`, () => {
    assert.throws(
      () => checkOptions({ env, ...options } as FileClientOptions),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS'),
    )
  })
}

test('file options: nothing but a path → private modes, nobody gets the files, no slash at the end', () => {
  const { root, mode, directoryMode, owner } = checkOptions({ path: '/backup/app//', env })
  assert.deepEqual([root, mode, directoryMode, owner], ['/backup/app', 0o600, 0o700, null])
  assert.equal(checkOptions({ path: '/', env }).root, '/')
})

test('file options: may block → files that are near, else none', () => {
  assert.equal(checkOptions({ path: '/', env }).near, null)
  assert.equal(checkOptions({ path: '/', env, mayBlock: false }).near, null)
  assert.notEqual(checkOptions({ path: '/', env, mayBlock: true }).near, null)
})
