import assert from 'node:assert/strict'
import { test } from 'vitest'
import { chunksOf, fakeWorlds, fileBytes, key } from '../../test/material.ts'
import type { FakeStream } from '../../test/fake-stream.ts'
import { sweepChunks } from './sweep-chunks.ts'

const { server, connection, world } = await fakeWorlds()

const HOUR_MS = 3_600_000

function leave(stream: FakeStream, nuid: string, name: string | null, ageMs: number): void {
  const headers = name === null ? '' : `NATS/1.0\r\nLtx-Object: ${encodeURIComponent(name)}\r\n\r\n`
  stream.publish(`$O.${stream.bucket}.C.${nuid}`, Buffer.from(headers), Buffer.from('left'))
  const last = stream.messages.at(-1)
  if (last !== undefined) last.timeMs -= ageMs
}

const left = (stream: FakeStream): string[] =>
  stream.of(`$O.${stream.bucket}.C.>`).map(({ subject }) => subject.split('.').at(-1) ?? '')

test('sweepChunks: chunks of all kinds → only old ones of this replica that no object has are taken', async () => {
  const { stream, client } = world()
  const file = key(0, 1n)
  await client.writeFile(file, () => chunksOf(fileBytes(file)))
  await server.whenQuiet()
  for (const message of stream.messages) message.timeMs -= 2 * HOUR_MS
  const [used] = left(stream)
  leave(stream, 'ours', 'app/db/ltx/0/x', HOUR_MS + 1000)
  leave(stream, 'young', 'app/db/ltx/0/x', HOUR_MS - 60_000)
  leave(stream, 'elsewhere', 'app/db2/ltx/0/x', 2 * HOUR_MS)
  leave(stream, 'foreign', null, 2 * HOUR_MS)
  await sweepChunks(connection(stream, { path: 'app/db' }))
  assert.deepEqual(left(stream), [used, 'young', 'elsewhere', 'foreign'])
})

test('sweepChunks: the age → by the clock of the server, not by ours', async () => {
  const stream = server.newBucket()
  stream.clockAheadMs = -10 * HOUR_MS
  leave(stream, 'young', 'ltx/0/x', HOUR_MS - 60_000)
  leave(stream, 'old', 'ltx/0/x', HOUR_MS + 60_000)
  await sweepChunks(connection(stream))
  assert.deepEqual(left(stream), ['young'])
})

test('sweepChunks: a client writes → done once, after its first file', async () => {
  const { stream, client } = world()
  leave(stream, 'ours', 'app/db/ltx/0/x', 2 * HOUR_MS)
  for (const file of [key(0, 1n), key(0, 2n)]) {
    await client.writeFile(file, () => chunksOf(fileBytes(file)))
    await server.whenQuiet()
  }
  assert.equal(left(stream).includes('ours'), false)
  assert.equal(server.count(stream, 'INFO'), 2) // one by the connection, one by the sweep
})
