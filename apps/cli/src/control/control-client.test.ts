import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { askDaemon, type ControlAnswer, type ControlCall } from './control-client.ts'

/** Asks a daemon that answers like this. */
async function asked(listener: RequestListener, call: Partial<ControlCall> = {}): Promise<ControlAnswer> {
  await using directory = await temporaryDirectory()
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(join(directory.path, 's.sock'), resolve))
  try {
    const { io } = testIo({ workingDirectory: directory.path })
    return await askDaemon(
      { socket: 's.sock', timeout: 5, endpoint: '/sync', body: { path: '/a' }, ...call },
      io,
    )
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('askDaemon: with and without a body → POST as JSON, GET; the answer’s fields', async () => {
  const seen: string[] = []
  const listener: RequestListener = (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${body}`)
      response.end('{"status":"ok","txid":18446744073709551615}')
    })
  }
  const { fields, elapsedMs } = await asked(listener)
  assert.deepEqual([fields.text('status'), fields.integer('txid')], ['ok', 2n ** 64n - 1n])
  assert.ok(Number.isInteger(elapsedMs) && elapsedMs >= 0)
  const { body: _none, ...list } = { socket: 's.sock', timeout: 5, endpoint: '/list', body: undefined }
  await asked(listener, { ...list, body: undefined as never })
  assert.deepEqual(seen, ['POST /sync {"path":"/a"}', 'GET /list '])
})

const refusals: readonly [situation: string, status: number, body: string, message: RegExp][] = [
  ['an error as JSON', 404, '{"error":"database not found: /a"}', /^sync failed: database not found: \/a$/],
  ['another body', 502, 'Bad Gateway\n', /^sync failed: Bad Gateway$/],
  ['JSON without an error', 500, '{"other":1}', /^sync failed: \{"other":1\}$/],
  ['an answer that is no JSON', 200, '<html>', /^failed to parse response: /],
]
for (const [situation, status, body, message] of refusals) {
  test(`askDaemon: ${situation} → ${message}`, async () => {
    const answer = asked((_request, response) => void response.writeHead(status).end(body))
    await assert.rejects(answer, (error) => error instanceof Error && message.test(error.message))
  })
}

test('askDaemon: no answer in time, a connection that is closed → says so, with the socket', async () => {
  await assert.rejects(
    asked(() => {}, { timeout: 0.05 }),
    /failed to connect to control socket: no answer from .*s\.sock within 0.05s/,
  )
  await assert.rejects(
    asked((request) => void request.socket.destroy()),
    /failed to connect to control socket: .*s\.sock closed the connection without an answer/,
  )
})

test('askDaemon: a limit that the daemon has as well → the daemon has a second more to say why', async () => {
  const answer = asked(
    (_request, response) => void setTimeout(() => response.writeHead(500).end('{"error":"timed out"}'), 200),
    { timeout: 0.1, body: { path: '/a', timeout: 0.1 } },
  )
  await assert.rejects(answer, /sync failed: timed out/)
})
