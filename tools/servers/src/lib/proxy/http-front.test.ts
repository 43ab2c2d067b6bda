import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'vitest'
import { startHttpFront } from './http-front.ts'
import { s3Operation, s3StormBody } from './s3-operation.ts'

type Answer = (incoming: IncomingMessage, answer: ServerResponse) => void

async function withServer(answer: Answer, use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(answer)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    await use((server.address() as AddressInfo).port)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const echo: Answer = (incoming, answer) => {
  answer.writeHead(200, { 'x-host': incoming.headers.host ?? '', 'x-path': incoming.url ?? '' })
  incoming.pipe(answer)
}

const naming: Answer = (incoming, answer) => {
  const location = `http://127.0.0.1:${incoming.socket.localPort}/upload/1`
  answer.writeHead(201, { location, 'x-elsewhere': 'http://127.0.0.1:1/' }).end()
}

test('startHttpFront: a body through it → the same back, method, path and Host as sent, and counted', () =>
  withServer(echo, async (targetPort) => {
    await using front = await startHttpFront({ targetPort })
    const url = `http://127.0.0.1:${front.port}`
    const body = Buffer.alloc(300_000, 'some text')
    const answer = await fetch(`${url}/a%20b?c=d`, { method: 'PUT', body })
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), body)
    assert.equal(answer.headers.get('x-host'), `127.0.0.1:${front.port}`)
    assert.equal(answer.headers.get('x-path'), '/a%20b?c=d')
    await (await fetch(url)).text()
    const { requests, bytesUp, bytesDown, byName, connections } = front.counts
    assert.deepEqual({ requests, bytesUp, bytesDown }, { requests: 2, bytesUp: 300_000, bytesDown: 300_000 })
    assert.deepEqual(Object.fromEntries(byName), { PUT: 1, GET: 1 })
    assert.ok(connections >= 1)
    front.reset()
    assert.equal(front.counts.requests, 0)
  }))

test('startHttpFront: the server names a place on its own port → the client is sent back to where it came', async () => {
  await withServer(naming, async (targetPort) => {
    await using front = await startHttpFront({ targetPort })
    const { headers } = await fetch(`http://127.0.0.1:${front.port}/`)
    assert.equal(headers.get('location'), `http://127.0.0.1:${front.port}/upload/1`)
    assert.equal(headers.get('x-elsewhere'), 'http://127.0.0.1:1/')
  })
})

test('startHttpFront: a storm → refusals as its seed says, the same again, and none when it is over', () =>
  withServer(echo, async (targetPort) => {
    await using front = await startHttpFront({ targetPort })
    const url = `http://127.0.0.1:${front.port}/`
    const storm = { probability: 0.5, statuses: [503, 429], seed: 7, bodyOf: s3StormBody }
    const statusesOf = async (): Promise<number[]> => {
      const statuses: number[] = []
      for (let turn = 0; turn < 20; turn++) statuses.push((await fetch(url)).status)
      return statuses
    }
    front.storm(storm)
    const first = await statusesOf()
    assert.deepEqual(
      [...new Set(first)].toSorted((a, b) => a - b),
      [200, 429, 503],
    )
    assert.equal(front.counts.refused, first.filter((status) => status !== 200).length)
    front.storm(storm)
    assert.deepEqual(await statusesOf(), first)
    front.storm({ ...storm, probability: 1, statuses: [503] })
    assert.match(await (await fetch(url)).text(), /<Code>SlowDown</)
    front.storm(null)
    assert.deepEqual([...new Set(await statusesOf())], [200])
  }))

test('startHttpFront: the server breaks off in the middle → so does the answer, and the front goes on', async () => {
  let turn = 0
  const breaking: Answer = (_, answer) => {
    answer.writeHead(200, { 'content-length': 1000 })
    answer.write('half of it')
    if (turn++ === 0) setTimeout(() => answer.destroy(), 20)
    else answer.end('.'.repeat(990))
  }
  await withServer(breaking, async (targetPort) => {
    await using front = await startHttpFront({ targetPort })
    const url = `http://127.0.0.1:${front.port}/`
    await assert.rejects(async () => (await fetch(url)).text())
    assert.equal((await (await fetch(url)).text()).length, 1000)
  })
})

const operations: readonly [method: string, url: string, name: string][] = [
  ['GET', '/bucket?list-type=2&prefix=a', 'ListObjectsV2'],
  ['GET', '/bucket/key', 'GetObject'],
  ['HEAD', '/bucket/key', 'HeadObject'],
  ['HEAD', '/bucket', 'HeadBucket'],
  ['PUT', '/bucket/key?x-id=PutObject', 'PutObject'],
  ['PUT', '/bucket/key?partNumber=1&uploadId=a', 'UploadPart'],
  ['POST', '/bucket/key?uploads', 'CreateMultipartUpload'],
  ['POST', '/bucket/key?uploadId=a', 'CompleteMultipartUpload'],
  ['POST', '/bucket?delete', 'DeleteObjects'],
  ['DELETE', '/bucket/key?uploadId=a', 'AbortMultipartUpload'],
  ['DELETE', '/bucket/key', 'DeleteObject'],
]
for (const [method, url, name] of operations) {
  test(`s3Operation: ${method} ${url} → ${name}`, () => {
    assert.equal(s3Operation({ method, url }), name)
  })
}
