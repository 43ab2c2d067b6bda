import assert from 'node:assert/strict'
import { nodeEnv } from '@ltx/env/node'
import { setTimeout } from 'node:timers/promises'
import { test } from 'vitest'
import { fakeWorlds, key, readAll, recordingLogger, withCode, write } from '../../test/material.ts'

const { server, world } = await fakeWorlds()
const file = key(0, 1n)

test('Connection: many calls at once, and more later → one login', async () => {
  const { client } = world()
  const before = server.logins
  await Promise.all([1n, 2n, 3n].map((txid) => write(client, key(0, txid))))
  await readAll(client.readFile(file))
  assert.equal(server.logins, before + 1)
  await client.close()
})

test('Connection: it is lost between two calls → the next one makes it again', async () => {
  const { client } = world()
  await write(client, file)
  const before = server.logins
  server.cut()
  await setTimeout(50)
  assert.equal((await readAll(client.readFile(file))).length, 500)
  assert.equal(server.logins, before + 1)
  await client.close()
})

test('Connection: it is lost in a call → that one fails with advice to try again, the next works', async () => {
  const { client } = world()
  await write(client, file)
  server.fail({ kind: 'cut' }, /READ/)
  await assert.rejects(readAll(client.readFile(file)), withCode('CLIENT_UNREACHABLE'))
  await readAll(client.readFile(file))
  await client.close()
})

test('Connection: the server falls silent → given up within the time, the next call works', async () => {
  const { client } = world({ timeoutMs: 300 })
  await write(client, file)
  server.fail({ kind: 'silent' }, /READ/)
  await assert.rejects(
    readAll(client.readFile(file)),
    withCode('CLIENT_UNREACHABLE', /no answer within 300 ms/),
  )
  await readAll(client.readFile(file))
  await client.close()
})

test('Connection: closed while a call waits → CLIENT_CLOSED', async () => {
  const { client } = world()
  await write(client, file)
  server.fail({ kind: 'silent' }, /READ/)
  const reading = readAll(client.readFile(file))
  const refused = assert.rejects(reading, withCode('CLIENT_CLOSED'))
  await setTimeout(50)
  await client.close()
  await refused
})

test('Connection: one caller stops waiting while it is made → the other gets it', async () => {
  const { client } = world()
  const controller = new AbortController()
  const first = assert.rejects(client.init({ signal: controller.signal }), (reason) => reason === 'enough')
  const second = client.init()
  controller.abort('enough')
  await Promise.all([first, second])
  await client.close()
})

test('Connection: closed while it is made → CLIENT_CLOSED', async () => {
  const { client } = world()
  const started = assert.rejects(client.init(), withCode('CLIENT_CLOSED'))
  await client.close()
  await started
})

test('Connection: a host key that nobody can check → one warning with its fingerprint, however often', async () => {
  const logger = recordingLogger()
  const { client } = world({ env: nodeEnv({ logger }), hostKey: undefined })
  await write(client, file)
  server.cut()
  await setTimeout(50)
  await readAll(client.readFile(file))
  assert.equal(logger.lines.length, 1)
  assert.match(logger.lines[0] ?? '', /^warn sftp host key not verified.*ssh-ed25519 SHA256:/)
  await client.close()
})

test('Connection: calls that end well and badly → a report of each', async () => {
  const { client, reports } = world()
  await write(client, file)
  await readAll(client.readFile(file, { start: 0, end: 100 }))
  await assert.rejects(readAll(client.readFile(key(0, 9n))))
  assert.deepEqual(
    reports.map(({ kind, bytesUp, bytesDown, failure }) => [kind, bytesUp, bytesDown, failure]),
    [
      ['PUT', 500, 0, null],
      ['GET', 0, 100, null],
      ['GET', 0, 0, 'CLIENT_NOT_FOUND'],
    ],
  )
  await client.close()
})
