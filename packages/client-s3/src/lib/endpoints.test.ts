import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { endpointUrl, isLocalHost } from './endpoints.ts'

const rows: readonly [text: string, url: string][] = [
  ['localhost:9000', 'http://localhost:9000/'],
  ['127.0.0.1:9000', 'http://127.0.0.1:9000/'],
  ['[::1]:9000', 'http://[::1]:9000/'],
  ['192.168.1.5:9000', 'http://192.168.1.5:9000/'],
  ['10.0.0.1', 'http://10.0.0.1/'],
  ['172.16.0.1', 'http://172.16.0.1/'],
  ['172.31.255.1', 'http://172.31.255.1/'],
  ['minio.local:9000', 'http://minio.local:9000/'],
  ['s3.filebase.com', 'https://s3.filebase.com/'],
  ['172.32.0.1', 'https://172.32.0.1/'],
  ['172.217.16.1', 'https://172.217.16.1/'],
  ['project.supabase.co/storage/v1/s3', 'https://project.supabase.co/storage/v1/s3'],
  ['http://example.com:8080', 'http://example.com:8080/'],
  ['https://localhost', 'https://localhost/'],
]

for (const [text, url] of rows) {
  test(`endpointUrl: ${text} → ${url}`, () => assert.equal(endpointUrl(text).href, url))
}

for (const text of ['ftp://host', 'http://', 'https://user:pw@host', 'host?x=1', 'host#x', 'a b']) {
  test(`endpointUrl: ${text} → CLIENT_BAD_OPTIONS`, () => {
    assert.throws(
      () => endpointUrl(text),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && !/pw/.test(error.message),
    )
  })
}

test('isLocalHost: names and addresses of this machine and of private networks → true, others false', () => {
  for (const host of ['LOCALHOST', 'a.localhost', '[::1]', '127.1.2.3', '172.20.0.1'])
    assert.ok(isLocalHost(host), host)
  for (const host of [
    'local',
    'localhost.com',
    '172.15.0.1',
    '11.0.0.1',
    '10.example.com',
    '192.169.0.1',
    '1010',
  ]) {
    assert.ok(!isLocalHost(host), host)
  }
})
