import assert from 'node:assert/strict'
import { ClientError, type FileInfo, type FileKey } from '@ltx/client-core'
import { test } from 'vitest'
import { instantEnv } from '../../test/instant-env.ts'
import { type Watched, watchedClient } from '../../test/watched-client.ts'
import { BrokenFile } from './broken-file.ts'
import { FetchAhead, fetchSettings, type FetchSettings } from './fetch-ahead.ts'

const SETTINGS: FetchSettings = {
  requestsMax: 3,
  partBytesMin: 1000,
  partBytesMax: 4000,
  growthBytes: 500,
  heldBytesMin: 4000,
}

async function readAll(fetch: FetchAhead, file: FileInfo): Promise<Uint8Array> {
  const bytes: number[] = []
  for await (const chunk of fetch.read(file)) bytes.push(...chunk)
  return Uint8Array.from(bytes)
}

test('FetchAhead: files smaller and larger than a part, an empty one → their bytes, in order', async () => {
  const watched = watchedClient([10, 999, 1000, 0, 1001, 12_345, 1])
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, SETTINGS)
  for (const file of watched.files) assert.deepEqual(await readAll(fetch, file), watched.contents.get(file))
  assert.equal(fetch.heldBytes, 0)
})

test('FetchAhead: one request at a time, which ends long after its last byte → every byte of every file', async () => {
  const watched = watchedClient([10, 3500, 20])
  const readFile = watched.client.readFile.bind(watched.client)
  watched.client.readFile = async function* (file: FileKey, options) {
    yield* readFile(file, options)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const settings = { ...SETTINGS, requestsMax: 1 }
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, settings)
  for (const file of watched.files) assert.deepEqual(await readAll(fetch, file), watched.contents.get(file))
  assert.equal(watched.openMax, 1)
})

test('FetchAhead: a slow reader of many bytes → never more held, nor more requests, than allowed', async () => {
  const watched = watchedClient([50_000, 300, 300, 20_000])
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, SETTINGS)
  let heldMax = 0
  for (const file of watched.files) {
    for await (const chunk of fetch.read(file)) {
      assert.ok(fetch.heldBytes <= fetch.heldBytesMax, `${fetch.heldBytes} bytes are held`)
      heldMax = Math.max(heldMax, fetch.heldBytes)
      if (chunk[0] === 7) await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  assert.ok(heldMax > 3000, 'it did fetch ahead')
  assert.equal(watched.openMax, SETTINGS.requestsMax)
})

test('FetchAhead: many small files and a reader who has not begun → a few are fetched, and all once it reads', async () => {
  const watched = watchedClient(Array.from({ length: 200 }, () => 7))
  let asked = 0
  const readFile = watched.client.readFile.bind(watched.client)
  watched.client.readFile = (...given) => {
    asked++
    return readFile(...given)
  }
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, SETTINGS)
  await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(asked, 4 * SETTINGS.requestsMax)
  for (const file of watched.files) assert.deepEqual(await readAll(fetch, file), watched.contents.get(file))
  assert.equal(asked, 200)
})

/** Makes each answer of the storage take its time, and says how large the parts are that are asked for. */
function withDelay(watched: Watched, delayMs: number): number[] {
  const parts: number[] = []
  const readFile = watched.client.readFile.bind(watched.client)
  watched.client.readFile = async function* (file, options) {
    parts.push((options?.end ?? 0) - (options?.start ?? 0))
    watched.open++
    try {
      await new Promise((resolve) => setTimeout(resolve, delayMs))
    } finally {
      watched.open--
    }
    yield* readFile(file, options)
  }
  return parts
}

test('FetchAhead: a storage that is slower than the reader → larger parts, and room for as many as requests', async () => {
  const watched = watchedClient([100_000])
  const [file] = watched.files
  assert.ok(file !== undefined)
  const parts = withDelay(watched, 2)
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, SETTINGS)
  assert.deepEqual(await readAll(fetch, file), watched.contents.get(file))
  assert.equal(Math.max(...parts), SETTINGS.partBytesMax)
  assert.deepEqual(parts.slice(0, 3), [1000, 1000, 1000], 'the first ones are small')
  assert.ok(parts.length < 50, `${parts.length} requests`)
  assert.equal(fetch.heldBytesMax, SETTINGS.requestsMax * SETTINGS.partBytesMax)
})

test('FetchAhead: a reader that is slower than the storage → parts stay small', async () => {
  const watched = watchedClient([20_000])
  const [file] = watched.files
  assert.ok(file !== undefined)
  const parts = withDelay(watched, 0)
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, SETTINGS)
  for await (const chunk of fetch.read(file)) {
    if (chunk.length === 0) continue
    // what was asked for is there before the reader comes back
    do await new Promise((resolve) => setTimeout(resolve, 0))
    while (watched.open > 0)
  }
  assert.equal(Math.max(...parts), SETTINGS.partBytesMin)
  assert.equal(fetch.heldBytesMax, SETTINGS.heldBytesMin)
})

test('FetchAhead: a part of which only the beginning has come → the reader has it already', async () => {
  const watched = watchedClient([900])
  const [file] = watched.files
  assert.ok(file !== undefined)
  const { promise: rest, resolve: sendRest } = Promise.withResolvers<void>()
  watched.client.readFile = async function* () {
    yield Uint8Array.of(1, 2, 3)
    await rest
    yield new Uint8Array(897)
  }
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, SETTINGS)
  const chunks = fetch.read(file)
  const first = await chunks.next()
  assert.deepEqual(first.value, Uint8Array.of(1, 2, 3))
  sendRest()
  assert.equal((await chunks.next()).value?.length, 897)
  assert.equal((await chunks.next()).done, true)
})

test('FetchAhead: a file that is shorter than listed → BrokenFile, not endless requests', async () => {
  const watched = watchedClient([3000])
  const [file] = watched.files
  assert.ok(file !== undefined)
  const longer = { ...file, size: 3500 }
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, [longer], SETTINGS)
  await assert.rejects(
    readAll(fetch, longer),
    (error) => error instanceof BrokenFile && !error.isMissing && error.message.includes('ends after 3000'),
  )
})

test('FetchAhead: a missing file → BrokenFile that says so, when its turn comes', async () => {
  const watched = watchedClient([10, 10])
  const [first, second] = watched.files
  assert.ok(first !== undefined && second !== undefined)
  await watched.client.deleteFiles([second])
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, SETTINGS)
  assert.equal((await readAll(fetch, first)).length, 10)
  await assert.rejects(readAll(fetch, second), (error) => error instanceof BrokenFile && error.isMissing)
})

test('FetchAhead: the storage denies → its own error', async () => {
  const watched = watchedClient([10])
  watched.client.readFile = async function* () {
    yield* []
    throw new ClientError('CLIENT_DENIED', 'no')
  }
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, SETTINGS)
  const [file] = watched.files
  assert.ok(file !== undefined)
  await assert.rejects(readAll(fetch, file), { name: 'ClientError', code: 'CLIENT_DENIED' })
})

test('FetchAhead: a transfer that breaks off again and again → goes on where it stopped', async () => {
  const watched = watchedClient([4000])
  const [file] = watched.files
  assert.ok(file !== undefined)
  const readFile = watched.client.readFile.bind(watched.client)
  let sent = 0
  watched.client.readFile = async function* (key, options) {
    let left = 300
    for await (const chunk of readFile(key, options)) {
      if (left < chunk.length) throw new ClientError('CLIENT_UNREACHABLE', 'reset')
      left -= chunk.length
      sent += chunk.length
      yield chunk
    }
  }
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, SETTINGS)
  assert.deepEqual(await readAll(fetch, file), watched.contents.get(file))
  assert.equal(sent, 4000, 'no byte was sent twice')
})

test('FetchAhead: a client that asks for buffers → right bytes, from a few buffers that are used again', async () => {
  const PART_BYTES = 300_000
  const watched = watchedClient([13 * 300_000])
  const [file] = watched.files
  assert.ok(file !== undefined)
  const bytes = watched.contents.get(file)
  assert.ok(bytes !== undefined)
  const buffers = new Set<ArrayBufferLike>()
  watched.client.readFile = async function* (_key, { start = 0, end = bytes.length, buffer } = {}) {
    assert.ok(buffer !== undefined)
    const whole = buffer(end - start)
    assert.equal(whole.length, end - start)
    buffers.add(whole.buffer)
    whole.set(bytes.subarray(start, end))
    await Promise.resolve()
    // in two pieces of one buffer: it is free when both are used up
    yield whole.subarray(0, 1000)
    yield whole.subarray(1000)
  }
  const sizes = { partBytesMin: PART_BYTES, partBytesMax: PART_BYTES, heldBytesMin: 3 * PART_BYTES }
  const settings = { ...SETTINGS, ...sizes }
  await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, settings)
  let offset = 0
  for await (const chunk of fetch.read(file)) {
    await Promise.resolve()
    assert.ok(Buffer.from(chunk).equals(bytes.subarray(offset, offset + chunk.length)), `from byte ${offset}`)
    offset += chunk.length
  }
  assert.equal(offset, bytes.length)
  assert.ok(buffers.size <= 3, `${buffers.size} buffers`)
})

test('FetchAhead: disposed of in the middle → no request is left', async () => {
  const watched = watchedClient([50_000])
  const [file] = watched.files
  assert.ok(file !== undefined)
  {
    await using fetch = new FetchAhead({ client: watched.client, env: instantEnv() }, watched.files, SETTINGS)
    for await (const chunk of fetch.read(file)) if (chunk.length > 0) break
  }
  assert.equal(watched.open, 0)
})

test('FetchAhead: aborted → the reason itself', async () => {
  const watched = watchedClient([50_000])
  const [file] = watched.files
  assert.ok(file !== undefined)
  const controller = new AbortController()
  const reason = new Error('stop')
  await using fetch = new FetchAhead(
    { client: watched.client, env: instantEnv() },
    watched.files,
    SETTINGS,
    controller.signal,
  )
  await assert.rejects(
    async () => {
      for await (const chunk of fetch.read(file)) if (chunk.length > 0) controller.abort(reason)
    },
    (error) => error === reason,
  )
})

test.each([
  { requestsMax: 1, partMib: 8, heldMib: 16 },
  { requestsMax: 8, partMib: 8, heldMib: 64 },
  { requestsMax: 16, partMib: 4, heldMib: 64 },
  { requestsMax: 32, partMib: 2, heldMib: 64 },
  { requestsMax: 256, partMib: 2, heldMib: 512 },
])(
  'fetchSettings: $requestsMax requests → parts of $partMib MiB and $heldMib MiB held, at most',
  ({ requestsMax, partMib, heldMib }) => {
    const { partBytesMax, heldBytesMin } = fetchSettings(requestsMax)
    assert.equal(partBytesMax / 2 ** 20, partMib)
    assert.equal(Math.max(heldBytesMin, requestsMax * partBytesMax) / 2 ** 20, heldMib)
  },
)

test('fetchSettings: any number of requests → whole bytes, also after a part has grown to the largest', () => {
  for (let requestsMax = 1; requestsMax <= 256; requestsMax++) {
    const { partBytesMin, partBytesMax, growthBytes } = fetchSettings(requestsMax)
    for (const bytes of [partBytesMin, partBytesMax, growthBytes]) assert.ok(Number.isSafeInteger(bytes))
    assert.ok(partBytesMax >= partBytesMin)
  }
})
