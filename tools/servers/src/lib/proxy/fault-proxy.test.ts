import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts'
import { seededRandom } from './seeded-random.ts'

/** Sends back what it gets, and an end for an end. */
async function withEcho(use: (proxy: FaultProxy, sockets: Set<Socket>) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)))
    socket.pipe(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    await using proxy = await startFaultProxy({ targetPort: (server.address() as AddressInfo).port })
    await use(proxy, sockets)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

/** What came back, and how it ended. */
interface Exchange {
  readonly received: Buffer
  readonly end: string
}

async function exchange(port: number, bytes: Uint8Array): Promise<Exchange> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const chunks: Buffer[] = []
  let end = 'end'
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', (error: NodeJS.ErrnoException) => (end = error.code ?? error.message))
  socket.end(bytes)
  await once(socket, 'close').catch(() => undefined)
  return { received: Buffer.concat(chunks), end }
}

const random = seededRandom(20)
const MESSAGE = Buffer.from(Array.from({ length: 700_000 }, () => Math.floor(random() * 256)))

test('startFaultProxy: no faults → every byte in order, an orderly end, and counts', () =>
  withEcho(async (proxy) => {
    const { received, end } = await exchange(proxy.port, MESSAGE)
    assert.ok(received.equals(MESSAGE))
    assert.equal(end, 'end')
    const { connections, bytesUp, bytesDown, cuts } = proxy.counts
    assert.deepEqual([connections, bytesUp, bytesDown, cuts], [1, 700_000, 700_000, 0])
  }))

test('startFaultProxy: latency and jitter → later, whole and in order', () =>
  withEcho(async (proxy) => {
    proxy.set({ latencyMs: 60, jitterMs: 30 })
    const start = performance.now()
    const { received } = await exchange(proxy.port, MESSAGE)
    assert.ok(received.equals(MESSAGE))
    const tookMs = performance.now() - start
    assert.ok(tookMs >= 119, `${tookMs} ms`) // there and back
  }))

test('startFaultProxy: a rate → no faster than that, and latency does not make it slower', () =>
  withEcho(async (proxy) => {
    proxy.set({ bytesPerSecond: 1_400_000, latencyMs: 1 })
    const start = performance.now()
    assert.ok((await exchange(proxy.port, MESSAGE)).received.equals(MESSAGE))
    const tookMs = performance.now() - start
    assert.ok(tookMs >= 499, `${tookMs} ms`)
  }))

for (const direction of ['up', 'down'] as const) {
  for (const how of ['reset', 'end'] as const) {
    test(`startFaultProxy: cut ${direction} after 100,000 bytes with ${how} → no more than that comes, once`, () =>
      withEcho(async (proxy, sockets) => {
        proxy.set({ cut: { direction, afterBytes: 100_000, how }, times: 1 })
        const cut = await exchange(proxy.port, MESSAGE)
        assert.ok(cut.received.length <= 100_000, `${cut.received.length} bytes`)
        assert.ok(cut.received.equals(MESSAGE.subarray(0, cut.received.length)))
        if (how === 'reset') assert.match(cut.end, /ECONNRESET|EPIPE/)
        else if (direction === 'down') assert.equal(cut.received.length, 100_000)
        assert.equal(proxy.counts.cuts, 1)
        assert.ok((await exchange(proxy.port, MESSAGE)).received.equals(MESSAGE))
        await until(() => sockets.size === 0 && proxy.counts.openConnections === 0)
      }))
  }
}

for (const hole of ['up', 'down', 'both'] as const) {
  test(`startFaultProxy: black hole ${hole} → nothing comes, not even an end; when lifted, new connections work`, () =>
    withEcho(async (proxy) => {
      proxy.set({ blackHole: hole })
      const pending = exchange(proxy.port, MESSAGE)
      assert.equal(await Promise.race([pending, sleep(200, 'silence')]), 'silence')
      proxy.clear()
      assert.ok((await exchange(proxy.port, MESSAGE)).received.equals(MESSAGE))
      proxy.killAll('reset')
      assert.equal((await pending).received.length, 0)
    }))
}

test('startFaultProxy: one byte flipped on its way down → one bit is different, once', () =>
  withEcho(async (proxy) => {
    proxy.set({ flip: { direction: 'down', atByte: 123_456 }, times: 1 })
    const { received } = await exchange(proxy.port, MESSAGE)
    const expected = Buffer.from(MESSAGE)
    expected[123_456] = (expected[123_456] ?? 0) ^ 1
    assert.ok(received.equals(expected))
    assert.equal(proxy.counts.flips, 1)
    assert.ok((await exchange(proxy.port, MESSAGE)).received.equals(MESSAGE))
  }))

test('startFaultProxy: refuse, then accept → ECONNREFUSED, those inside thrown out, then as before on the same port', () =>
  withEcho(async (proxy) => {
    const { port } = proxy
    const inside = connect(port, '127.0.0.1')
    await once(inside, 'connect')
    const thrownOut = new Promise((resolve) => void inside.on('error', resolve))
    await proxy.refuse()
    await thrownOut
    assert.equal((await exchange(port, MESSAGE)).end, 'ECONNREFUSED')
    await proxy.accept()
    assert.ok((await exchange(port, MESSAGE)).received.equals(MESSAGE))
    assert.equal(proxy.port, port)
  }))

test('startFaultProxy: the server is not there → the client is reset, and the proxy lives', async () => {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const targetPort = (server.address() as AddressInfo).port
  await new Promise((resolve) => void server.close(resolve))
  await using proxy = await startFaultProxy({ targetPort })
  for (let turn = 0; turn < 2; turn++) {
    assert.match((await exchange(proxy.port, MESSAGE)).end, /ECONNRESET|EPIPE/)
  }
})

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    assert.ok(turn < 500, 'it does not happen')
    await sleep(10)
  }
}
