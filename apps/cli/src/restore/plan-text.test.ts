import assert from 'node:assert/strict'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { makeReplica } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { planText } from './plan-text.ts'

test('planText: a transaction in the middle → the files up to it, oldest first', async () => {
  await using directory = await temporaryDirectory()
  await makeReplica(directory.path)
  const env = nodeEnv()
  await using client = fileClient({ path: directory.path, env })
  const request = {
    source: 'app.db',
    output: 'out.db',
    target: { kind: 'txid', txid: toTxid(2n) },
    json: true,
  } as const
  const { signal } = new AbortController()
  const plan = JSON.parse(await planText(request, { client, env }, signal)) as {
    max_txid: string
    files: { level: number }[]
  }
  assert.equal(plan.max_txid, '0000000000000002')
  assert.deepEqual(
    plan.files.map((file) => file.level),
    [9, 0],
  )
  assert.match(
    await planText({ ...request, json: false }, { client, env }, signal),
    /\n  txid range: 0{15}1 - 0{15}2\n\n/,
  )
})
