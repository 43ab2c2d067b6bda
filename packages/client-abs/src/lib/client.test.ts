import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import type { LogLevel } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { SAS_TOKEN } from '../../test/check-signature.ts'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, TIME_MS } from '../../test/material.ts'
import { PART_BYTES } from '../../test/subject.ts'

const { world } = await fakeWorlds()

test('absClient: made → says where it is, and asks nobody', async () => {
  const { container, client } = world()
  assert.equal(client.url, `abs://myaccount@${container.name}/app/db`)
  assert.deepEqual([client.type, container.requests], ['abs', []])
  await client.init()
  await client.init()
  assert.deepEqual(container.requests, ['LIST'])
})

test('absClient: a token and a key → a warning, and the token is used', async () => {
  const lines: string[] = []
  const logger = {
    log: (level: LogLevel, message: string) => void lines.push(`${level} ${message}`),
    with: () => logger,
  }
  const { client } = world({ sasToken: SAS_TOKEN, env: { ...nodeEnv(), logger } })
  await client.init()
  assert.match(lines.join(), /^warn there is a SAS token and an account key/)
})

test('absClient: every request → one report, with its bytes', async () => {
  const { client, reports, fail } = world()
  const file = key(0, 1n)
  await client.writeFile(file, () => chunksOf(fileBytes(file, 2 * PART_BYTES)))
  await readAll(client.readFile(file))
  for await (const _ of client.listFiles(0)) break
  fail({ kind: 'refuse', status: 403, code: 'AuthorizationFailure' })
  await assert.rejects(client.deleteFiles([file]))
  await client.deleteFiles([file])
  const seen = reports.map(({ kind, failure }) => (failure === null ? kind : `${kind} ${failure}`))
  assert.deepEqual(seen, ['HEAD', 'PUT', 'PUT', 'PUT', 'GET', 'LIST', 'DELETE CLIENT_DENIED', 'DELETE'])
  const [, first, second, , get] = reports
  assert.deepEqual(
    [first?.bytesUp, second?.bytesUp, get?.bytesDown],
    [PART_BYTES, PART_BYTES, 2 * PART_BYTES],
  )
})

test('absClient: a read that is stopped → a report without a failure; one that is aborted → ABORTED', async () => {
  const { client, reports } = world()
  const file = key(0, 1n)
  await client.writeFile(file, () => chunksOf(fileBytes(file, 400_000)))
  for await (const _ of client.readFile(file)) break
  const controller = new AbortController()
  const read = async (): Promise<void> => {
    for await (const _ of client.readFile(file, { signal: controller.signal })) controller.abort()
  }
  await assert.rejects(read())
  assert.deepEqual(
    reports.slice(-2).map(({ failure }) => failure),
    [null, 'ABORTED'],
  )
})

test('absClient: a hundred deletes, of which some fail → the others are gone, these are named', async () => {
  const { container, client, fail } = world()
  const files = Array.from({ length: 100 }, (_, index) => key(0, BigInt(index + 1)))
  for (const file of files) await client.writeFile(file, () => chunksOf(fileBytes(file)))
  for (let index = 0; index < 3; index++) fail({ kind: 'refuse', status: 503, code: 'ServerBusy' }, 'DELETE')
  await assert.rejects(client.deleteFiles(files), (error) => {
    assert.ok(isClientError(error, 'CLIENT_BUSY'))
    assert.equal(error.files.length, 3)
    return true
  })
  assert.equal(container.blobs.size, 3)
})

test('absClient: closed while a server hangs → CLIENT_CLOSED at once', async () => {
  const { client, fail } = world({ timeoutMs: 60_000 })
  fail({ kind: 'hang' })
  const init = client.init()
  await new Promise((resolve) => setTimeout(resolve, 20))
  await client.close()
  await assert.rejects(init, (error) => isClientError(error, 'CLIENT_CLOSED'))
})

test('absClient: a path that needs escapes in a URL, a signature and XML → found again', async () => {
  const { container, client } = world({ path: 'a b/ü%?#+&<c>/d' })
  const file = key(9, 1n, 7n)
  await client.writeFile(file, () => chunksOf(fileBytes(file)))
  assert.deepEqual(
    [...container.blobs.keys()],
    ['a b/ü%?#+&<c>/d/ltx/9/0000000000000001-0000000000000007.ltx'],
  )
  assert.deepEqual(await readAll(client.readFile(file)), fileBytes(file))
  for await (const { createdAtMs } of client.listFiles(9)) assert.equal(createdAtMs, TIME_MS)
  await client.deleteAll()
  assert.equal(container.blobs.size, 0)
})
