import assert from 'node:assert/strict'
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Duplex } from 'node:stream'
import { afterEach, test } from 'vitest'
import { sendRequest, TimeoutError, type HttpAnswer, type HttpRequest } from './send-request.ts'

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

const opened: Server[] = []
const agent = new Agent({ keepAlive: true })

afterEach(() => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serving(listener: Listener): Promise<URL> {
  const server = createServer((request, response) => void listener(request, response))
  opened.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

const send = (url: URL, more: Partial<HttpRequest> = {}): Promise<HttpAnswer> =>
  sendRequest({ method: 'GET', url, headers: {}, body: [], agent, timeoutMs: 10_000, ...more })

async function textOf(answer: HttpAnswer): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of answer.body) parts.push(part)
  return Buffer.concat(parts).toString()
}

test('sendRequest: a body in several arrays → arrives as one, with its length', async () => {
  const url = await serving(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    response.end(`${request.headers['content-length']} ${Buffer.concat(parts).toString()}`)
  })
  const body = [Buffer.from('one '), new Uint8Array(0), Buffer.from('two')]
  assert.equal(await textOf(await send(url, { method: 'POST', body })), '7 one two')
})

test('sendRequest: two requests one after the other → one connection', async () => {
  const ports = new Set<number | undefined>()
  const url = await serving((request, response) => {
    ports.add(request.socket.remotePort)
    response.end('x')
  })
  await textOf(await send(url))
  await textOf(await send(url))
  assert.equal(ports.size, 1)
})

test('sendRequest: no answer → TimeoutError', async () => {
  const url = await serving(() => undefined)
  await assert.rejects(send(url, { timeoutMs: 50 }), TimeoutError)
})

test('sendRequest: an answer that stalls → TimeoutError; a reader that takes its time → none', async () => {
  const url = await serving((request, response) => {
    response.write('a')
    if (request.url === '/slow-reader') setTimeout(() => response.end('b'), 20)
  })
  await assert.rejects(textOf(await send(url, { timeoutMs: 50 })), TimeoutError)
  const answer = await send(new URL('/slow-reader', url), { timeoutMs: 1000 })
  const seen: string[] = []
  for await (const chunk of answer.body) {
    seen.push(Buffer.from(chunk).toString())
    await new Promise((resolve) => setTimeout(resolve, 1300))
  }
  assert.equal(seen.join(''), 'ab')
})

test('sendRequest: a connection that ends in the middle of a body → an error, not an end', async () => {
  const url = await serving((request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('abc', () => request.socket.destroy())
  })
  await assert.rejects(textOf(await send(url)))
})

test('sendRequest: a reader that leaves → the connection is ended', async () => {
  const closed = Promise.withResolvers<string>()
  const url = await serving((request, response) => {
    request.socket.on('close', () => closed.resolve('closed'))
    response.write(Buffer.alloc(100_000))
  })
  for await (const _ of (await send(url)).body) break
  assert.equal(await closed.promise, 'closed')
})

test('sendRequest: the signal fires while it waits → rejects at once', async () => {
  const controller = new AbortController()
  const url = await serving(() => controller.abort(new Error('stop')))
  await assert.rejects(send(url, { signal: controller.signal }))
})

test('sendRequest: the signal fires when the whole answer is there and not yet read to its end → nobody is hurt', async () => {
  const url = await serving((_, response) => response.end(Buffer.alloc(3000)))
  for (const isAtOnce of [true, false]) {
    const controller = new AbortController()
    const { body } = await send(url, { signal: controller.signal })
    const chunks = body[Symbol.asyncIterator]()
    assert.equal((await chunks.next()).value?.length, 3000)
    if (!isAtOnce) await new Promise((resolve) => setTimeout(resolve, 20))
    controller.abort(new Error('stop'))
    // an error of a connection that nobody listens to any more would come now, and fail the run
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal((await chunks.next()).done, true)
  }
})

test('sendRequest: the signal fired before → its reason, and nothing is sent', async () => {
  let requests = 0
  const url = await serving((_, response) => {
    requests++
    response.end()
  })
  const reason = new Error('stop')
  await assert.rejects(send(url, { signal: AbortSignal.abort(reason) }), (error) => error === reason)
  await textOf(await send(url))
  assert.equal(requests, 1)
})

test('sendRequest: a large body → written in pieces, each of which is progress', async () => {
  const sizes: number[] = []
  const socket = new Duplex({
    read: () => undefined,
    write(chunk: Uint8Array, _, done) {
      sizes.push(chunk.length)
      if (sizes.length > 20) socket.push('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
      setImmediate(done)
    },
  })
  const calls = ['setTimeout', 'setNoDelay', 'setKeepAlive', 'ref', 'unref']
  Object.assign(socket, Object.fromEntries(calls.map((name) => [name, () => socket])))
  const own = new Agent()
  own.createConnection = () => socket
  const body = [Buffer.from('head'), new Uint8Array(2_000_000)]
  const url = new URL('http://nowhere.test/')
  const { status } = await send(url, { method: 'PUT', body, agent: own })
  assert.equal(status, 200)
  assert.ok(Math.max(...sizes) <= 128 * 1024, `a write of ${Math.max(...sizes)} bytes`)
})

test('sendRequest: a server that takes a body slowly → no failure, however long it takes in all', async () => {
  const url = await serving(async (request, response) => {
    let length = 0
    for await (const part of request) {
      length += (part as Buffer).length
      if (length % 1_000_000 < (part as Buffer).length)
        await new Promise((resolve) => setTimeout(resolve, 60))
    }
    response.end(String(length))
  })
  const answer = await send(url, { method: 'PUT', body: [new Uint8Array(30_000_000)], timeoutMs: 1000 })
  assert.equal(await textOf(answer), '30000000')
})
