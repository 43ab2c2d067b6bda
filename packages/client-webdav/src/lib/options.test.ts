import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { checkOptions, type WebdavClientOptions } from './options.ts'

const env = nodeEnv()

const places: readonly [
  options: Omit<WebdavClientOptions, 'env'>,
  origin: string,
  base: string,
  root: string,
][] = [
  [{ url: 'http://h' }, 'http://h', '', ''],
  [{ url: 'webdav://h:8080/a/' }, 'http://h:8080', '/a', ''],
  [{ url: 'WEBDAVS://Host/a%20b', path: '/x//y/../z/' }, 'https://host', '/a%20b', 'x/z'],
  [{ url: 'https://h:443/', path: '../../x' }, 'https://h', '', 'x'],
  [{ url: 'https://h/dav', path: 'a b/%20' }, 'https://h', '/dav', 'a b/%20'],
]

for (const [options, origin, base, root] of places) {
  test(`checkOptions: ${options.url} and the path ${options.path} → ${origin}, ${base}, ${root}`, () => {
    const settings = checkOptions({ ...options, env })
    assert.deepEqual([settings.origin, settings.base, settings.root], [origin, base, root])
  })
}

const refused: readonly [options: object, words: RegExp][] = [
  [{ url: '' }, /webdav-url/],
  [{ url: 'https://' }, /cannot be read/],
  [{ url: 'ftp://h/' }, /webdavs:\/\/ or https:\/\//],
  [{ url: 'https://u:hunter2@h/' }, /webdav-username/],
  [{ url: 'https://h/?x=1' }, /"x"/],
  [{ url: 'https://h/', password: 'hunter2' }, /no user name/],
  [{ url: 'https://h/', username: 'a:b' }, /colon/],
  [{ url: 'https://h/', path: 'a\nb' }, /control/],
  [{ url: 'https://h/', timeoutMs: 0 }, /timeoutMs/],
  [{ url: 'https://h/', bufferBytes: 0 }, /bufferBytes/],
  [{ url: 'https://h/', usrname: 'x' }, /"username"/],
]

for (const [options, words] of refused) {
  test(`checkOptions: ${JSON.stringify(options)} → CLIENT_BAD_OPTIONS in words that help`, () => {
    assert.throws(
      () => checkOptions({ ...(options as WebdavClientOptions), env }),
      (error) =>
        isClientError(error, 'CLIENT_BAD_OPTIONS') &&
        words.test(error.message) &&
        !/hunter2/.test(error.message),
    )
  })
}
