import assert from 'node:assert/strict'
import { collectFiles, type ReplicaClient } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { isFit, type Finding } from './finding.ts'
import { PROBES, type ProbeBench } from './probes.ts'
import { runProbes } from './run-probes.ts'

function benchOf(client: ReplicaClient, signal = new AbortController().signal): ProbeBench {
  return { client, replica: memoryClient(), env: simEnv({ seed: 1 }), largeBytes: 300_000, signal }
}

/** A client whose methods can be replaced one by one. */
function changed(client: ReplicaClient, changes: Partial<ReplicaClient>): ReplicaClient {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(changes, name) ?? Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function resultOf(findings: readonly Finding[], check: string): Finding['result'] | undefined {
  return findings.find((finding) => finding.check === check)?.result
}

test('runProbes: a storage that does everything → all ok, nothing left behind', async () => {
  const client = memoryClient()
  const findings = await runProbes(PROBES, benchOf(client))
  assert.deepEqual(
    findings.filter(({ result }) => result !== 'ok').map(({ check, found }) => `${check}: ${found}`),
    [],
  )
  assert.equal(isFit(findings), true)
  assert.deepEqual(await collectFiles(client.listFiles(0)), [])
})

test('runProbes: a storage that cannot be written → failed, the rest skipped, not fit', async () => {
  const client = changed(memoryClient(), { writeFile: () => Promise.reject(new Error('read-only')) })
  const findings = await runProbes(PROBES, benchOf(client))
  assert.equal(resultOf(findings, 'list the replica'), 'ok')
  assert.equal(resultOf(findings, 'write'), 'failed')
  assert.equal(resultOf(findings, 'delete'), 'skipped')
  assert.equal(isFit(findings), false)
})

test('runProbes: a storage where the last writer wins → create-only is no, still fit', async () => {
  const client = memoryClient()
  const overwriting = changed(client, {
    async writeFile(file, source, options) {
      await client.deleteFiles([file])
      return await client.writeFile(file, source, options)
    },
  })
  const findings = await runProbes(PROBES, benchOf(overwriting))
  assert.equal(resultOf(findings, 'create-only'), 'no')
  assert.equal(isFit(findings), true)
})

test('runProbes: a storage whose deletes do nothing → seen, and not fit', async () => {
  const findings = await runProbes(PROBES, benchOf(changed(memoryClient(), { deleteFiles: async () => {} })))
  assert.equal(resultOf(findings, 'list after delete'), 'failed')
  assert.equal(isFit(findings), false)
})

test('runProbes: a clock two minutes ahead → no, with what to do', async () => {
  const bench = benchOf(memoryClient())
  const client = changed(bench.client, { serverTimeMs: async () => bench.env.clock.wallMs() - 120_000 })
  const findings = await runProbes(PROBES, { ...bench, client })
  const clock = findings.find(({ check }) => check === 'clock')
  assert.equal(clock?.result, 'no')
  assert.match(`${clock?.found} ${clock?.means}`, /120\.0 s behind .*NTP/)
})

test('runProbes: stopped in the middle → the reason, and what was written is removed', async () => {
  const controller = new AbortController()
  const client = memoryClient()
  const stopping = changed(client, {
    async *readFile() {
      controller.abort(new Error('stop'))
      throw controller.signal.reason
      yield new Uint8Array(0)
    },
  })
  await assert.rejects(runProbes(PROBES, benchOf(stopping, controller.signal)), /stop/)
  assert.deepEqual(await collectFiles(client.listFiles(0)), [])
})
