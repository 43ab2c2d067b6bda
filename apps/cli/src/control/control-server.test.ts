import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { test } from 'vitest'
import { askSocket, ControlScene } from '../../test/control-scene.ts'
import { makeDatabase } from '../../test/make-replica.ts'

const asked: readonly [
  situation: string,
  method: string,
  path: string,
  body: string | undefined,
  status: number,
  answer: RegExp,
][] = [
  ['an unknown path', 'GET', '/nope', undefined, 404, /^\{"error":"not found: \/nope"\}\n$/],
  ['a path below a known one', 'GET', '/list/', undefined, 404, /not found/],
  ['a name of every object', 'GET', '/constructor', undefined, 404, /not found/],
  ['no body', 'POST', '/sync', '', 400, /^\{"error":"invalid request body","details":"EOF"\}\n$/],
  ['half a body', 'POST', '/sync', '{"path"', 400, /invalid request body/],
  ['no path', 'POST', '/sync', '{}', 400, /^\{"error":"path required"\}\n$/],
  ['a path that is none', 'POST', '/sync', '{"path":"a\\u0000b"}', 400, /"invalid path: /],
  ['a number for the path', 'POST', '/sync', '{"path":7}', 400, /expected a string/],
]
for (const [situation, method, path, body, status, answer] of asked) {
  test(`ControlServer: ${situation} → ${status}`, async () => {
    await using scene = await ControlScene.open()
    const reply = await askSocket(scene.socketPath, path, body === undefined ? { method } : { method, body })
    assert.equal(reply.status, status)
    assert.match(reply.text, answer)
    assert.equal(reply.headers['content-type'], 'application/json')
  })
}

test('ControlServer: the wrong method → 405 that names the right ones; HEAD where GET is right → 200 without a body', async () => {
  await using scene = await ControlScene.open()
  for (const [path, method, allow] of [
    ['/list', 'POST', 'GET, HEAD'],
    ['/sync', 'GET', 'POST'],
    ['/stop', 'DELETE', 'POST'],
  ] as const) {
    const reply = await askSocket(scene.socketPath, path, { method })
    assert.deepEqual([reply.status, reply.headers['allow']], [405, allow])
    assert.match(reply.text, /"error":"method not allowed/)
  }
  const head = await askSocket(scene.socketPath, '/list', { method: 'HEAD' })
  assert.deepEqual([head.status, head.text], [200, ''])
})

test('ControlServer: a body above the limit → 413 before it is all there, and the next request is served', async () => {
  await using scene = await ControlScene.open()
  const reply = await askSocket(scene.socketPath, '/sync', { body: `{"path":"${'x'.repeat(70_000)}"}` })
  assert.equal(reply.status, 413)
  assert.match(reply.text, /request body above 65536 bytes/)
  assert.equal((await scene.ask('/list')).status, 200)
})

test('ControlServer: HTTP/1.1 without a Host → served', async () => {
  await using scene = await ControlScene.open()
  const socket = connect(scene.socketPath).setEncoding('utf8')
  let text = ''
  socket.on('data', (part: string) => (text += part))
  socket.write('GET /info HTTP/1.1\r\nConnection: close\r\n\r\n')
  await once(socket, 'close')
  assert.match(text, /^HTTP\/1\.1 200 OK/)
})

test('ControlServer: the client goes away → what it asked for is done all the same', async () => {
  await using scene = await ControlScene.open()
  await makeDatabase(scene.path())
  await scene.include()
  const stopped = new Promise<void>((resolve) => {
    scene.store.on((event) => void (event.kind === 'state' && event.state === 'closed' && resolve()))
  })
  const socket = connect(scene.socketPath)
  const body = JSON.stringify({ path: scene.path() })
  socket.write(`POST /stop HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`, () => socket.destroy())
  await stopped
  assert.equal(scene.databases.running(scene.path()), null)
})

test('ControlServer, close: an operation under way → ended with an answer that says why; the socket is gone', async () => {
  await using scene = await ControlScene.open()
  await makeDatabase(scene.path())
  const client = await scene.include()
  const { promise: uploads, resolve: begun } = Promise.withResolvers<void>()
  client.writeFile = (_key, _source, options) => {
    begun()
    return new Promise((_resolve, reject) => {
      options?.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error))
    })
  }
  const waiting = scene.ask('/sync', { path: scene.path(), wait: true })
  await uploads
  const closed = scene.closeServer()
  const reply = await waiting
  assert.equal(reply.status, 500)
  assert.match(reply.text, /the daemon is shutting down/)
  await closed
  assert.equal(existsSync(scene.socketPath), false)
})

test('ControlServer: a failure that speaks of a URL → its secrets are not in the answer', async () => {
  const failure = new Error('cannot reach sftp://me:secret@host/a?key=abc')
  await using scene = await ControlScene.open({ newDatabase: () => Promise.reject(failure) })
  const reply = await scene.ask('/register', { path: 'a.db', replica_url: 'sftp://me:secret@host/a' })
  assert.equal(reply.status, 500)
  assert.match(reply.text, /failed to register database: cannot reach sftp:\/\/me:xxxxx@host\/a\?key=…/)
})
