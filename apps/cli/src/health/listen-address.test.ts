import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseListenAddress, urlOfAddress } from './listen-address.ts'

for (const [text, host, port, url] of [
  [':9090', '', 9090, 'http://localhost:9090'],
  ['127.0.0.1:80', '127.0.0.1', 80, 'http://127.0.0.1:80'],
  ['metrics.internal:0', 'metrics.internal', 0, 'http://metrics.internal:0'],
  ['[::1]:9090', '::1', 9090, 'http://[::1]:9090'],
  ['[::]:65535', '::', 65_535, 'http://[::]:65535'],
] as const) {
  test(`parseListenAddress: ${text} → ${url}`, () => {
    const address = parseListenAddress(text)
    assert.deepEqual(address, { host, port })
    assert.equal(urlOfAddress(address), url)
  })
}

for (const [text, problem] of [
  ['', /must specify port for bind address: ""/],
  ['localhost', /must specify port for bind address: "localhost"/],
  ['9090', /must specify port/],
  ['localhost:', /must specify port/],
  ['::1', /must specify port/],
  ['::1:9090', /must specify port/],
  [':http', /a number up to 65535: ":http"/],
  [':65536', /a number up to 65535/],
  [':-1', /a number up to 65535/],
] as const) {
  test(`parseListenAddress: ${JSON.stringify(text)} → ${problem.source}`, () => {
    assert.throws(() => parseListenAddress(text), problem)
  })
}
