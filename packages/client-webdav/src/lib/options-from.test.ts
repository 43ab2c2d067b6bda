import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type SettingValue } from '@ltx/client-core'
import { webdavOptionsFrom } from './options-from.ts'

type Keys = Readonly<Record<string, SettingValue>>

const from = (url: string | undefined, keys: Keys): ReturnType<typeof webdavOptionsFrom> =>
  webdavOptionsFrom({ url, keys, environment: {} })

const rows: readonly [url: string | undefined, keys: Keys, options: object][] = [
  ['webdav://h/a/b', {}, { url: 'http://h', path: '/a/b', username: '', password: '' }],
  [
    'webdavs://me%40x:p%3Aw%2F@h:8443/a%20b/',
    {},
    { url: 'https://h:8443', path: '/a b/', username: 'me@x', password: 'p:w/' },
  ],
  [
    'webdavs://me:no@h/a',
    { 'webdav-username': 'you', 'webdav-password': 'yes', region: 'x', bucket: 'of another backend' },
    { url: 'https://h', path: '/a', username: 'you', password: 'yes' },
  ],
  [
    undefined,
    { 'webdav-url': 'https://u:p@h/remote.php/dav/', path: 'db', type: 'webdav' },
    { url: 'https://h/remote.php/dav/', path: 'db', username: 'u', password: 'p' },
  ],
  [undefined, {}, { url: '', path: undefined, username: undefined, password: undefined }],
]

for (const [url, keys, options] of rows) {
  test(`webdavOptionsFrom: ${url} and ${JSON.stringify(keys)} → its options`, () => {
    assert.deepEqual(from(url, keys), options)
  })
}

const refused: readonly [url: string | undefined, keys: Keys, words: RegExp][] = [
  ['webdav://h/a', { 'webdav-url': 'https://h' }, /webdav-url/],
  ['webdav://h/a', { path: 'x' }, /key path/],
  ['webdav://h:hunter2/a', {}, /cannot be read/],
  ['webdav://u:%zz@h/hunter2', {}, /cannot be read/],
  ['https://u:hunter2@h/', {}, /cannot be read/],
  ['webdav://h/a?x=1', {}, /"x"/],
  [undefined, { 'webdav-url': 7 }, /webdav-url is a text/],
  ['webdav://u:p\\q@h/a', {}, /cannot be read/],
  ['webdav:///u:p@h/a', {}, /cannot be read/],
  [undefined, { 'webdav-usernam': 'x' }, /"webdav-username"/],
]

for (const [url, keys, words] of refused) {
  test(`webdavOptionsFrom: ${url} and ${JSON.stringify(keys)} → CLIENT_BAD_OPTIONS in words that help`, () => {
    assert.throws(
      () => from(url, keys),
      (error) =>
        isClientError(error, 'CLIENT_BAD_OPTIONS') &&
        words.test(error.message) &&
        !/hunter2/.test(error.message),
    )
  })
}
