import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { HttpHandler, type HandlerSettings, type SdkRequest } from './http-handler.ts'

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server and a handler for one test. */
async function withServer(
  listener: Listener,
  settings: Partial<HandlerSettings>,
  body: (
    send: (request?: Partial<SdkRequest>, signal?: AbortSignal) => ReturnType<HttpHandler['handle']>,
    server: Server,
    handler: HttpHandler,
  ) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => void listener(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const handler = new HttpHandler({
    timeoutMs: 5000,
    skipVerify: false,
    proxy: {},
    onAnswer: () => undefined,
    ...settings,
  })
  const { port } = server.address() as AddressInfo
  const base = { method: 'GET', protocol: 'http:', hostname: '127.0.0.1', port, path: '/', headers: {} }
  try {
    await body(
      (request, abortSignal) =>
        handler.handle({ ...base, ...request }, abortSignal === undefined ? {} : { abortSignal }),
      server,
      handler,
    )
  } finally {
    handler.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const halfABody: Listener = (_request, response) => {
  response.writeHead(200, { 'content-length': 10 })
  response.write('half')
}

const dripping: Listener = async (_request, response) => {
  for (let round = 0; round < 10; round++) {
    response.write('x')
    await sleep(30)
  }
  response.end()
}

const silentOrHalf: Listener = (request, response) => {
  if (request.url === '/body') response.writeHead(200, { 'content-length': 10 }).write('half')
}

async function textOf(body: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of body as AsyncIterable<Buffer>) text += chunk.toString()
  return text
}

test('HttpHandler: a request → its method, path, query, headers and body arrive; status, headers and body come back', async () => {
  const seen: Record<string, string>[] = []
  await withServer(
    async (request, response) => {
      let body = ''
      for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString()
      const { method = '', url = '', headers } = request
      seen.push({
        method,
        url,
        header: String(headers['x-test']),
        length: String(headers['content-length']),
        body,
      })
      response.writeHead(201, { 'x-answer': 'a', 'set-cookie': ['b=1', 'c=2'] }).end('done')
    },
    { onAnswer: (headers) => void seen.push({ learnt: headers['x-answer'] ?? '' }) },
    async (send) => {
      const { response } = await send({
        method: 'PUT',
        path: '/bucket//odd/./key%20x',
        query: { uploads: '', prefix: "a/b c+(d)'*", tags: ['1', '2'], alone: null },
        headers: { 'x-test': 'yes', 'content-length': '5' },
        body: new TextEncoder().encode('bytes'),
      })
      assert.equal(response.statusCode, 201)
      assert.equal(response.headers['x-answer'], 'a')
      assert.equal(response.headers['set-cookie'], 'b=1, c=2')
      assert.equal(await textOf(response.body), 'done')
    },
  )
  assert.deepEqual(seen, [
    {
      method: 'PUT',
      url: '/bucket//odd/./key%20x?alone&prefix=a%2Fb%20c%2B%28d%29%27%2A&tags=1&tags=2&uploads=',
      header: 'yes',
      length: '5',
      body: 'bytes',
    },
    { learnt: 'a' },
  ])
})

test('HttpHandler: no answer within the time → ETIMEDOUT', async () => {
  await withServer(
    () => undefined,
    { timeoutMs: 80 },
    async (send) => {
      await assert.rejects(send(), { code: 'ETIMEDOUT' })
    },
  )
})

test('HttpHandler: a body that stops in the middle → ETIMEDOUT', async () => {
  await withServer(halfABody, { timeoutMs: 80 }, async (send) => {
    const { response } = await send()
    await assert.rejects(textOf(response.body), { code: 'ETIMEDOUT' })
  })
})

test('HttpHandler: a reader that pauses for longer than the time → is not punished', async () => {
  const size = 8 * 1024 * 1024
  await withServer(
    (_request, response) => void response.end(Buffer.alloc(size)),
    { timeoutMs: 80 },
    async (send) => {
      const { response } = await send()
      let length = 0
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        if (length === 0) await sleep(400)
        length += chunk.length
      }
      assert.equal(length, size)
    },
  )
})

test('HttpHandler: a slow answer that never stops → may take longer than the time', async () => {
  await withServer(dripping, { timeoutMs: 150 }, async (send) => {
    const { response } = await send()
    assert.equal(await textOf(response.body), 'x'.repeat(10))
  })
})

test('HttpHandler: aborted before, while waiting, and in the body → AbortError, and the connection ends', async () => {
  await withServer(silentOrHalf, {}, async (send) => {
    await assert.rejects(send({}, AbortSignal.abort()), { name: 'AbortError' })
    const waiting = new AbortController()
    const sent = send({ path: '/silent' }, waiting.signal)
    setTimeout(() => waiting.abort(), 20)
    await assert.rejects(sent, { name: 'AbortError' })
    const reading = new AbortController()
    const { response } = await send({ path: '/body' }, reading.signal)
    setTimeout(() => reading.abort(), 20)
    await assert.rejects(textOf(response.body))
  })
})

test('HttpHandler: nobody there → ECONNREFUSED', async () => {
  await withServer(
    () => undefined,
    {},
    async (send, server) => {
      await new Promise((resolve) => server.close(resolve))
      await assert.rejects(send(), { code: 'ECONNREFUSED' })
    },
  )
})

test('HttpHandler: requests one after the other → one connection; after closeIdle → another', async () => {
  const sockets = new Set<unknown>()
  const listener: Listener = (request, response) => {
    sockets.add(request.socket)
    response.end('ok')
  }
  await withServer(listener, {}, async (send, _server, handler) => {
    for (let round = 0; round < 3; round++) {
      await textOf((await send()).response.body)
      await sleep(10)
    }
    assert.equal(sockets.size, 1)
    handler.closeIdle()
    await textOf((await send()).response.body)
    assert.equal(sockets.size, 2)
  })
})

test('HttpHandler: a body that is a stream → TypeError: our bodies have a known length', async () => {
  await withServer(
    () => undefined,
    {},
    async (send) => {
      await assert.rejects(send({ method: 'PUT', body: new ReadableStream() }), TypeError)
    },
  )
})

test('HttpHandler: a proxy → takes requests to other hosts, and none to this machine', async () => {
  const asked: string[] = []
  const listener: Listener = (request, response) => {
    asked.push(request.url ?? '')
    response.end('ok')
  }
  await withServer(listener, {}, async (send, server) => {
    const { port } = server.address() as AddressInfo
    const proxied = new HttpHandler({
      timeoutMs: 5000,
      skipVerify: false,
      proxy: { http: `http://127.0.0.1:${port}`, none: 'direct.invalid' },
      onAnswer: () => undefined,
    })
    const request = { method: 'GET', protocol: 'http:', path: '/p', headers: { host: 'far.invalid' } }
    await textOf((await proxied.handle({ ...request, hostname: 'far.invalid' })).response.body)
    await textOf((await proxied.handle({ ...request, hostname: '127.0.0.1', port })).response.body)
    await assert.rejects(proxied.handle({ ...request, hostname: 'direct.invalid' }))
    await textOf((await send()).response.body)
    proxied.destroy()
  })
  assert.deepEqual(asked, ['http://far.invalid/p', '/p', '/'])
})
