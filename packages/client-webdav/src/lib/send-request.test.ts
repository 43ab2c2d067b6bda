import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'vitest'
import { sendRequest, type HttpAnswer, type HttpRequest } from './send-request.ts'

type More = Partial<HttpRequest>

/** A server that does as the test says, and requests to it. */
async function withServer(
  listener: RequestListener,
  run: (send: (more?: More) => Promise<HttpAnswer>) => Promise<void>,
  onContinue?: RequestListener,
): Promise<void> {
  const http = createServer(listener)
  if (onContinue !== undefined) http.on('checkContinue', onContinue)
  await once(http.listen(0, '127.0.0.1'), 'listening')
  const agent = new Agent({ keepAlive: true })
  const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/`)
  try {
    await run((more) => sendRequest({ method: 'PUT', url, headers: {}, agent, timeoutMs: 5000, ...more }))
  } finally {
    agent.destroy()
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  }
}

async function textOf(answer: HttpAnswer): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const chunk of answer.body) parts.push(chunk)
  return Buffer.concat(parts).toString()
}

const echo: RequestListener = (request, response) => {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  let text = ''
  request.on('data', (part: Buffer) => (text += part.toString()))
  request.on('end', () => response.end(`${length ?? encoding}: ${text}`))
}

/** One buffer for every chunk, as sources may have. */
async function* lent(count: number): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = Buffer.alloc(1)
  for (let index = 0; index < count; index++) {
    buffer.fill(48 + index)
    yield buffer
    yield buffer.subarray(0, 0)
  }
}

const refuse: RequestListener = (_, response) =>
  void response.writeHead(401, { 'content-length': '2' }).end('no')

const full: RequestListener = (request, response) => {
  response.writeContinue()
  request.once('data', () => response.writeHead(507, { 'content-length': '0' }).end())
  request.on('data', () => undefined)
}

const deaf: RequestListener = (request, response) => {
  request.pause()
  response.writeContinue()
}

const sip: RequestListener = (request, response) => {
  let taken = 0
  request.on('data', (part: Buffer) => {
    taken += part.length
    request.pause()
    setTimeout(() => request.resume(), 10)
  })
  request.on('end', () => response.end(`${taken}`))
}

async function* slow(): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from('a')
  await new Promise((resolve) => setTimeout(resolve, 300))
  yield Buffer.from('b')
}

async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) yield Buffer.alloc(1 << 20)
}

test('sendRequest: bytes → sent with their length', () =>
  withServer(echo, async (send) => {
    assert.equal(await textOf(await send({ body: Buffer.from('abc') })), '3: abc')
    assert.equal(await textOf(await send({ body: new Uint8Array(0) })), '0: ')
  }))

test('sendRequest: a stream, with and without length, of chunks that are lent → as they were', () =>
  withServer(echo, async (send) => {
    assert.equal(await textOf(await send({ body: { chunks: lent(5), bytes: 5 } })), '5: 01234')
    assert.equal(await textOf(await send({ body: { chunks: lent(5), bytes: null } })), 'chunked: 01234')
  }))

test('sendRequest: a server that says nothing about a body to come → sent after a second', () => {
  const mute: RequestListener = (request, response) => echo(request, response)
  return withServer(
    echo,
    async (send) =>
      assert.equal(await textOf(await send({ body: { chunks: lent(2), bytes: null } })), 'chunked: 01'),
    mute,
  )
})

test('sendRequest: refused before the body → the stream was not begun, and the connection not used again', async () => {
  let begun = false
  const chunks = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    begun = true
    yield Buffer.from('x')
  }
  await withServer(
    echo,
    async (send) => {
      const answer = await send({ body: { chunks: chunks(), bytes: null } })
      assert.deepEqual(
        [answer.status, answer.sentAll, await textOf(answer), begun],
        [401, false, 'no', false],
      )
      assert.equal(await textOf(await send({ body: Buffer.from('next') })), '4: next')
    },
    refuse,
  )
})

test('sendRequest: answered in the middle of the body → the rest is not asked for, and the stream is ended', async () => {
  let asked = 0
  let ended = false
  const chunks = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (; asked < 1000; asked++) yield Buffer.alloc(65_536)
    } finally {
      ended = true
    }
  }
  await withServer(
    echo,
    async (send) => {
      const answer = await send({ body: { chunks: chunks(), bytes: null } })
      assert.deepEqual([answer.status, answer.sentAll, ended], [507, false, true])
      assert.ok(asked < 1000, `${asked} chunks`)
    },
    full,
  )
})

test('sendRequest: the stream throws → its own error, and the server sees no end', async () => {
  const reason = new Error('the disk is gone')
  const chunks = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from('abc')
    throw reason
  }
  const { promise: outcome, resolve } = Promise.withResolvers<string>()
  const watch: RequestListener = (request, response) => {
    response.writeContinue()
    request.on('end', () => resolve('ended'))
    request.on('error', () => resolve('cut'))
    request.resume()
  }
  await withServer(
    echo,
    async (send) => {
      await assert.rejects(send({ body: { chunks: chunks(), bytes: null } }), (error) => error === reason)
      assert.equal(await outcome, 'cut')
    },
    watch,
  )
})

test('sendRequest: a source that takes its time → does not count; a server that does not read → ETIMEDOUT', async () => {
  await withServer(echo, async (send) => {
    const answer = await send({ body: { chunks: slow(), bytes: null }, timeoutMs: 150 })
    assert.equal(await textOf(answer), 'chunked: ab')
  })
  await withServer(
    echo,
    async (send) => {
      const stuck = send({ body: { chunks: endless(), bytes: null }, timeoutMs: 150 })
      await assert.rejects(stuck, { code: 'ETIMEDOUT' })
    },
    deaf,
  )
})

test('sendRequest: a large body from memory that is taken slowly → as long as it is taken, it goes on', async () => {
  await withServer(sip, async (send) => {
    const body = new Uint8Array(16 * 1024 * 1024)
    const startedMs = performance.now()
    assert.equal(await textOf(await send({ body, timeoutMs: 1500 })), `${body.length}`)
    assert.ok(performance.now() - startedMs > 1500, 'it was taken too fast to tell')
  })
})

test('sendRequest: no answer, and a body that stops coming → ETIMEDOUT', async () => {
  await withServer(
    () => undefined,
    (send) => assert.rejects(send({ timeoutMs: 100 }), { code: 'ETIMEDOUT' }),
  )
  await withServer(
    (_, response) => void response.writeHead(200, { 'content-length': '10' }).write('abc'),
    async (send) => assert.rejects(textOf(await send({ timeoutMs: 100 })), { code: 'ETIMEDOUT' }),
  )
})

test('sendRequest: left in the middle of the answer → the server sees it at once', async () => {
  const closed = Promise.withResolvers<boolean>()
  await withServer(
    (_, response) => {
      response.on('close', () => closed.resolve(response.writableFinished))
      const more = (): boolean => response.write(Buffer.alloc(65_536)) && more()
      response.on('drain', more)
      more()
    },
    async (send) => {
      const answer = await send({ method: 'GET' })
      for await (const _ of answer.body) break
      assert.equal(await closed.promise, false)
    },
  )
})

const whole: RequestListener = (_, response) => void response.end(Buffer.alloc(3000))

test('sendRequest: the signal fires when the whole answer is there and not yet read to its end → nobody is hurt', async () => {
  await withServer(whole, async (send) => {
    for (const isAtOnce of [true, false]) {
      const controller = new AbortController()
      const { body } = await send({ method: 'GET', signal: controller.signal })
      const chunks = body[Symbol.asyncIterator]()
      assert.equal((await chunks.next()).value?.length, 3000)
      if (!isAtOnce) await new Promise((resolve) => setTimeout(resolve, 20))
      controller.abort(new Error('stop'))
      // an error of a connection that nobody listens to any more would come now, and fail the run
      await new Promise((resolve) => setTimeout(resolve, 20))
      assert.equal((await chunks.next()).done, true)
    }
  })
})
