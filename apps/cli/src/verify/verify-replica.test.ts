import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReplicaClient } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { readConfirmed } from '@ltx/replicator'
import { test } from 'vitest'
import { startInProcess } from '../../test/in-process.ts'
import { makeDatabase, makeReplica, makeSoundReplica } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { verifyJob } from '../../test/verify-job.ts'
import { verifyReplica } from './verify-replica.ts'

test('verifyReplica: a sound replica → proven, told how far it is, nothing is left', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'replica'))
  const client = fileClient({ path: join(directory.path, 'replica'), env: nodeEnv() })
  const phases = new Set<string>()
  const job = verifyJob(client, {
    directory: directory.path,
    all: true,
    onProgress: ({ phase }) => phases.add(phase),
  })
  const { proven, txid, bytes } = await verifyReplica(job)
  assert.deepEqual([proven, txid, bytes], [true, 1n, 8192])
  assert.ok(phases.has('fetch'))
  assert.deepEqual(await readdir(directory.path), ['replica'])
})

test('verifyReplica: a file that is missing from the middle → a hole is told, and that it cannot be restored', async () => {
  await using directory = await temporaryDirectory()
  await makeReplica(join(directory.path, 'replica'))
  const client = fileClient({ path: join(directory.path, 'replica'), env: nodeEnv() })
  for await (const file of client.listFiles(0)) if (file.minTXID === 2n) await client.deleteFiles([file])
  const { proven, findings } = await verifyReplica(verifyJob(client))
  assert.equal(proven, false)
  const plan = findings.find(({ check }) => check === 'plan')
  assert.equal(plan?.result, 'failed')
  assert.match(plan.found, /RESTORE_GAP/)
})

test('verifyReplica: the storage cannot be reached; it is stopped → a finding; the signal’s reason', async () => {
  const refused = new Error('connection refused')
  const client: ReplicaClient = {
    ...memoryClient(),
    listFiles() {
      throw refused
    },
  }
  const { proven, findings } = await verifyReplica(verifyJob(client))
  assert.deepEqual([proven, findings[0]?.result, findings[0]?.found], [false, 'failed', 'connection refused'])
  assert.ok(findings.slice(1).every(({ result }) => result === 'skipped'))
  const reason = new Error('enough')
  await assert.rejects(
    verifyReplica(verifyJob(memoryClient(), { signal: AbortSignal.abort(reason) })),
    reason,
  )
})

test('verifyReplica: what is known to have been stored is there, is gone, was never stored → ok; failed; only not compared', async () => {
  await using directory = await temporaryDirectory()
  const within = (name: string): string => join(directory.path, name)
  await makeDatabase(within('app.db'))
  const once = startInProcess(['replicate', '-once', 'app.db', `file://${within('replica')}`], directory.path)
  assert.equal(await once.exitCode, 0)
  const { clock } = nodeEnv()
  const sleep = (ms: number, options = {}) => clock.sleep(ms < 10_000 ? 0 : ms, options)
  const env = { ...nodeEnv(), clock: { ...clock, sleep } }
  const client = fileClient({ path: within('replica'), env })
  const metaPath = within('.app.db-litestream')
  const outcome = async (confirmed: bigint | null) => {
    const known = confirmed === null ? null : toTxid(confirmed)
    const { proven, findings } = await verifyReplica(verifyJob(client, { env, metaPath, confirmed: known }))
    const foundOf = (check: string) => findings.find((each) => each.check === check)
    return { proven, confirmed: foundOf('confirmed'), compare: foundOf('compare') }
  }
  assert.deepEqual([readConfirmed(env, metaPath), (await outcome(2n)).proven], [2n, true])

  for await (const file of client.listFiles(0)) if (file.minTXID === 2n) await client.deleteFiles([file])
  const gone = await outcome(2n)
  assert.deepEqual([gone.proven, gone.confirmed?.result, gone.compare?.result], [false, 'failed', 'skipped'])
  assert.equal(gone.confirmed?.found, 'the replica held 0000000000000002 and now ends at 0000000000000001')
  assert.match(gone.compare?.found ?? '', /is not in the replica any more$/)

  const never = await outcome(1n)
  assert.deepEqual([never.proven, never.confirmed?.result, never.compare?.result], [true, 'ok', 'skipped'])
  assert.match(never.compare?.found ?? '', /is not in the replica yet$/)
})
