import assert from 'node:assert/strict'
import { existsSync, statSync, utimesSync } from 'node:fs'
import { nodeEnv } from '@ltx/env/node'
import { setTimeout } from 'node:timers/promises'
import { test } from 'vitest'
import {
  chunksOf,
  fakeWorlds,
  fileBytes,
  key,
  NAME,
  readAll,
  recordingLogger,
  TIME_MS,
  withCode,
  write,
  type World,
} from '../../test/material.ts'

const { server, world } = await fakeWorlds()
const file = key(0, 1n)

/** What was asked of the server while `work` went on. */
async function operations(work: () => Promise<void>): Promise<string[]> {
  const before = server.log.length
  await work()
  return server.log.slice(before)
}

async function nothingLeft({ names, server: { files }, path }: World): Promise<void> {
  for (let round = 0; round < 100; round++) {
    if (!existsSync(files.real(`${path}/ltx/0`)) || names('ltx/0').length === 0) return
    await setTimeout(10)
  }
  assert.deepEqual(names('ltx/0'), [])
}

test('writeFile: a file → whole seconds of its time, synced before it has its name, then its directory', async () => {
  const { client, path, names } = world()
  await write(client, key(0, 9n)) // makes the directory
  const asked = await operations(() => write(client, file))
  assert.deepEqual(
    asked.filter((operation) => operation !== 'CLOSE'),
    [
      'OPEN',
      'WRITE',
      'FSTAT',
      'FSETSTAT',
      'fsync@openssh.com',
      'hardlink@openssh.com',
      'REMOVE',
      'OPEN',
      'fsync@openssh.com',
    ],
  )
  assert.equal(
    statSync(server.files.real(`${path}/ltx/0/${NAME}`)).mtimeMs,
    Math.floor(TIME_MS / 1000) * 1000,
  )
  assert.equal(names('ltx/0').length, 2)
  await client.close()
})

for (const timestampMs of [-62_135_596_800_000, -1, 0, 4_294_967_296_000, 253_402_300_799_999]) {
  test(`writeFile: a time of ${timestampMs} ms → stored, and listed exactly`, async () => {
    const { client } = world()
    await write(client, file, fileBytes(file, 500, 7, timestampMs))
    const times: number[] = []
    for await (const { createdAtMs } of client.listFiles(0, { exactTimestamps: true }))
      times.push(createdAtMs)
    assert.deepEqual(times, [timestampMs])
    await client.close()
  })
}

for (const concurrentWrites of [true, false]) {
  test(`writeFile: a large file in tiny chunks, concurrentWrites ${concurrentWrites} → its bytes, in large requests`, async () => {
    const { client } = world({ concurrentWrites })
    const bytes = fileBytes(file, 1_500_001)
    const asked = await operations(() =>
      client.writeFile(file, () => chunksOf(bytes, 997)).then(() => undefined),
    )
    assert.ok(asked.filter((operation) => operation === 'WRITE').length <= 51)
    assert.deepEqual(await readAll(client.readFile(file)), bytes)
    await client.close()
  })
}

for (const operation of ['OPEN', 'WRITE', 'FSETSTAT', 'FSTAT', 'fsync', 'CLOSE'] as const) {
  test(`writeFile: ${operation} is refused → CLIENT_DENIED, and nothing is left`, async () => {
    const here = world()
    await write(here.client, key(0, 9n))
    await here.client.deleteFiles([key(0, 9n)])
    server.fail({ kind: 'refuse', status: 3 }, new RegExp(`^${operation}`))
    await assert.rejects(write(here.client, file), withCode('CLIENT_DENIED'))
    await nothingLeft(here)
    await write(here.client, file)
    assert.deepEqual(here.names('ltx/0'), [NAME])
    await here.client.close()
  })
}

test('writeFile: the disk is full, for which the protocol has no word → CLIENT_FULL', async () => {
  const here = world()
  server.files.freeBytes = 4096
  server.fail({ kind: 'refuse', status: 4 }, /WRITE/)
  await assert.rejects(write(here.client, file), withCode('CLIENT_FULL'))
  server.files.freeBytes = 1024 ** 4
  server.fail({ kind: 'refuse', status: 4 }, /WRITE/)
  await assert.rejects(write(here.client, file), withCode('CLIENT_UNEXPECTED'))
  await nothingLeft(here)
  await here.client.close()
})

test('writeFile: the connection is cut at each step → nothing under its name, or the whole file', async () => {
  for (const step of ['OPEN', 'WRITE', 'FSETSTAT', 'fsync', 'hardlink', 'REMOVE', 'MKDIR']) {
    const { client } = world()
    server.fail({ kind: 'cut' }, new RegExp(step))
    await assert.rejects(write(client, file), withCode('CLIENT_UNREACHABLE'), step)
    const listed: number[] = []
    for await (const { size } of client.listFiles(0)) listed.push(size)
    assert.deepEqual(listed, step === 'REMOVE' ? [500] : [], step)
    await write(client, file) // a file that was there is this one
    await client.close()
  }
})

test('writeFile: the reply to a create is lost → the next try is told that it is done', async () => {
  const { client } = world({ timeoutMs: 300 })
  server.fail({ kind: 'silent' }, /REMOVE/)
  await assert.rejects(write(client, file), withCode('CLIENT_UNREACHABLE'))
  await write(client, file)
  await assert.rejects(write(client, file, fileBytes(file, 501)), withCode('CLIENT_EXISTS'))
  await client.close()
})

test('writeFile: the source throws in the middle → its own error, and nothing is left', async () => {
  const here = world()
  const failure = new Error('unexpected EOF')
  const writing = here.client.writeFile(file, async function* () {
    yield fileBytes(file, 100_000)
    throw failure
  })
  await assert.rejects(writing, failure)
  await nothingLeft(here)
  await here.client.close()
})

test('writeFile: the server has another size than was sent → an error, and no file', async () => {
  const here = world()
  const real = server.files.write.bind(server.files)
  server.files.write = (handle, position, bytes) => real(handle, position, bytes.subarray(1))
  try {
    await assert.rejects(write(here.client, file), withCode('CLIENT_UNEXPECTED', /500 bytes were sent/))
  } finally {
    server.files.write = real
  }
  await nothingLeft(here)
  await here.client.close()
})

test('writeFile: left-overs of crashed writers → swept once they are an hour old, and told', async () => {
  const logger = recordingLogger()
  const { client, put, names } = world({ env: nodeEnv({ logger }) })
  const [hour, now] = [3_600_000, Date.now()]
  const nameOf = (ageMs: number): string => `${NAME}.77.${now - ageMs}000000.tmp`
  for (const ageMs of [2 * hour, hour / 2]) {
    const real = put(`ltx/0/${nameOf(ageMs)}`, 'half')
    utimesSync(real, (now - ageMs) / 1000, (now - ageMs) / 1000)
  }
  put('ltx/0/notes.tmp')
  await write(client, file)
  assert.deepEqual(names('ltx/0'), [NAME, nameOf(hour / 2), 'notes.tmp'])
  assert.equal(logger.lines.length, 1)
  const asked = await operations(() => write(client, key(0, 2n)))
  assert.ok(!asked.includes('OPENDIR'))
  await client.close()
})

test('writeFile: the directory is taken away meanwhile → made again', async () => {
  const { client, names } = world()
  await write(client, file)
  await client.deleteAll()
  await write(client, file)
  assert.deepEqual(names('ltx/0'), [NAME])
  await client.close()
})
