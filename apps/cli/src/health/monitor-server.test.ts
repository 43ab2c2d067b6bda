import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'vitest'
import { MonitorServer } from './monitor-server.ts'
import { urlOfAddress } from './listen-address.ts'

const LONG = 'metric 1\n'.repeat(1000)

async function withServer(act: (url: string, port: number) => Promise<void>): Promise<void> {
  const server = await MonitorServer.open(
    { host: '127.0.0.1', port: 0 },
    {
      '/metrics': {
        answer: async () => ({ code: 200, contentType: 'text/plain; version=0.0.4', body: LONG }),
      },
      '/health': { answer: () => ({ code: 503, contentType: 'application/json', body: '{}\n' }) },
      '/broken': { answer: () => Promise.reject(new Error('no metric today')) },
    },
  )
  try {
    await act(urlOfAddress(server.address), server.address.port)
  } finally {
    await server.close()
  }
}

test('MonitorServer: paths, methods and failures → the right codes', async () => {
  await withServer(async (url) => {
    const rows = [
      ['GET', '/metrics', 200, LONG],
      ['GET', '/metrics?name=x', 200, LONG],
      ['HEAD', '/metrics', 200, ''],
      ['POST', '/metrics', 405, 'Method Not Allowed\n'],
      ['GET', '/health', 503, '{}\n'],
      ['GET', '/broken', 500, 'no metric today\n'],
      ['GET', '/debug/pprof/', 404, '404 page not found; there are /metrics, /health, /broken\n'],
      ['GET', '/toString', 404, '404 page not found; there are /metrics, /health, /broken\n'],
    ] as const
    for (const [method, path, code, body] of rows) {
      const response = await fetch(url + path, { method })
      assert.deepEqual([response.status, await response.text()], [code, body], `${method} ${path}`)
      assert.equal(response.headers.get('allow'), code === 405 ? 'GET, HEAD' : null)
    }
  })
})

for (const [accepts, encoding] of [
  ['gzip', 'gzip'],
  ['deflate, gzip;q=0.5', 'gzip'],
  ['gzip;q=0', null],
  ['gzip;q=0.0, br', null],
  ['br', null],
  ['', null],
] as const) {
  test(`MonitorServer: Accept-Encoding ${JSON.stringify(accepts)} → ${encoding ?? 'as it is'}`, async () => {
    await withServer(async (url) => {
      const response = await fetch(`${url}/metrics`, { headers: { 'accept-encoding': accepts } })
      assert.equal(response.headers.get('content-encoding'), encoding)
      assert.equal(await response.text(), LONG)
      assert.equal(Number(response.headers.get('content-length')) < LONG.length, encoding !== null)
    })
  })
}

test('MonitorServer: the port is taken → an error', async () => {
  await withServer(async (_url, port) => {
    await assert.rejects(MonitorServer.open({ host: '127.0.0.1', port }, {}), /EADDRINUSE/)
  })
})

test('MonitorServer: closed while a client says nothing → ends at once', async () => {
  await withServer(async (_url, port) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('connect', resolve))
    assert.equal(socket.destroyed, false)
  })
})
