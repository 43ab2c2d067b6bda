import assert from 'node:assert/strict'
import { isClientError, type LegacyObject } from '@ltx/client-core'
import { type SimEnv, simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { fileClient } from './client.ts'

const SNAPSHOT = 'generations/0123456789abcdef/snapshots/00000000.snapshot.lz4'
const WAL = 'generations/0123456789abcdef/wal/00000000_00000000.wal.lz4'
const OTHER = 'generations/fedcba9876543210/wal/00000001_00000000.wal.lz4'

async function put(env: SimEnv, path: string): Promise<void> {
  await env.files.makeDirectory(path.slice(0, path.lastIndexOf('/')))
  await using handle = await env.files.open(path, 'create')
  await handle.write(new TextEncoder().encode(path), 0)
  await handle.setTimes(1_700_000_000_123)
}

async function collect<Item>(items: AsyncIterable<Item> | undefined): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items ?? assert.fail()) found.push(item)
  return found
}

test('legacy: two generations beside LTX files and strange names → their files, ascending, with sizes and times', async () => {
  const env = simEnv({ seed: 1 })
  for (const path of [OTHER, WAL, SNAPSHOT]) await put(env, `/backup/${path}`)
  await put(env, '/backup/generations/a-file')
  await put(env, '/backup/generations/0123456789abcdef/wal/folder/x')
  await put(env, '/backup/ltx/0/0000000000000001-0000000000000001.ltx')
  await using client = fileClient({ path: '/backup', env })
  const found = await collect<LegacyObject>(client.legacy?.list())
  assert.deepEqual(
    found,
    [SNAPSHOT, WAL, OTHER].map((path) => ({
      path,
      size: `/backup/${path}`.length,
      modifiedAtMs: 1_700_000_000_123,
    })),
  )
  const chunks = await collect(client.legacy?.read(WAL))
  assert.equal(Buffer.concat(chunks).toString(), `/backup/${WAL}`)
})

test('legacy: none, a missing one, after close, aborted → empty, CLIENT_NOT_FOUND, CLIENT_CLOSED, the reason', async () => {
  const client = fileClient({ path: '/backup', env: simEnv({ seed: 1 }) })
  assert.deepEqual(await collect(client.legacy?.list()), [])
  await assert.rejects(collect(client.legacy?.read(WAL)), (error) => isClientError(error, 'CLIENT_NOT_FOUND'))
  const reason = new Error('enough')
  await assert.rejects(collect(client.legacy?.list({ signal: AbortSignal.abort(reason) })), reason)
  await client.close()
  await assert.rejects(collect(client.legacy?.list()), (error) => isClientError(error, 'CLIENT_CLOSED'))
  await assert.rejects(collect(client.legacy?.read(WAL)), (error) => isClientError(error, 'CLIENT_CLOSED'))
})
