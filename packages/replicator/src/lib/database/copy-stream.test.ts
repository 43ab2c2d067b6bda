import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { copyStream } from './copy-stream.ts'

const NAME = { minTXID: toTxid(1n), maxTXID: toTxid(3n), timestampMs: 1_700_000_000_001 }
const OWNER = { mode: 0o640, uid: 0, gid: 0 }

async function* chunks(fails: boolean): AsyncGenerator<Uint8Array, void, undefined> {
  yield new Uint8Array([1, 2])
  if (fails) throw new Error('broken off')
  yield new Uint8Array([3])
}

test('copyStream: a whole stream → at its name with mode and time', async () => {
  const env = simEnv({ seed: 1 })
  await env.files.makeDirectory('/d')
  const { path, bytes } = await copyStream(env, '/d', NAME, OWNER, chunks(false))
  assert.deepEqual([path, bytes], ['/d/0000000000000001-0000000000000003.ltx', 3])
  const stat = await env.files.stat(path)
  assert.deepEqual([stat?.mode, (stat?.mtimeNs ?? 0n) / 1_000_000n], [0o640, 1_700_000_000_001n])
})

test('copyStream: the stream fails → that error, and nothing is left', async () => {
  const env = simEnv({ seed: 1 })
  await env.files.makeDirectory('/d')
  await assert.rejects(copyStream(env, '/d', NAME, OWNER, chunks(true)), /broken off/)
  assert.deepEqual(await env.files.list('/d'), [])
})
