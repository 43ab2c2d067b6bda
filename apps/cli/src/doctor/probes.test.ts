import assert from 'node:assert/strict'
import { ClientError } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { test } from 'vitest'
import { benchOf, changed, resultOf } from '../../test/doctor-material.ts'
import { isFit } from './finding.ts'
import { PROBES } from './probes.ts'
import { runProbes } from './run-probes.ts'

test('PROBES: a storage where the last writer wins → create-only is no, still fit', async () => {
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

test('PROBES: a server that is not there, of which init does not ask anything → connect has failed', async () => {
  const bench = benchOf(memoryClient())
  const client = changed(bench.client, {
    async serverTimeMs() {
      throw new ClientError('CLIENT_UNREACHABLE', 'ENOTFOUND')
    },
  })
  const findings = await runProbes(PROBES, { ...bench, client })
  assert.equal(resultOf(findings, 'connect'), 'failed')
})

test('PROBES: a replica path that the storage refuses → seen, although a place beside it would do', async () => {
  const bench = benchOf(memoryClient())
  const replica = changed(bench.replica, {
    async init() {
      throw new ClientError('CLIENT_BAD_OPTIONS', 'no key begins with a slash')
    },
  })
  const findings = await runProbes(PROBES, { ...bench, replica })
  assert.equal(resultOf(findings, 'list the replica'), 'failed')
  assert.equal(isFit(findings), false)
})

test('PROBES: a storage whose deletes do nothing → seen, and not fit', async () => {
  const findings = await runProbes(PROBES, benchOf(changed(memoryClient(), { deleteFiles: async () => {} })))
  assert.equal(resultOf(findings, 'list after delete'), 'failed')
  assert.equal(isFit(findings), false)
})

test('PROBES: a clock two minutes ahead → no, with what to do', async () => {
  const bench = benchOf(memoryClient())
  const client = changed(bench.client, { serverTimeMs: async () => bench.env.clock.wallMs() - 120_000 })
  const findings = await runProbes(PROBES, { ...bench, client })
  const clock = findings.find(({ check }) => check === 'clock')
  assert.equal(clock?.result, 'no')
  assert.match(`${clock?.found} ${clock?.means}`, /120\.0 s behind .*NTP/)
})
