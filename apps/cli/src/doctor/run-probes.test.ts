import assert from 'node:assert/strict'
import { collectFiles } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { test } from 'vitest'
import { benchOf, changed, resultOf } from '../../test/doctor-material.ts'
import { isFit } from './finding.ts'
import { PROBES } from './probes.ts'
import { runProbes } from './run-probes.ts'

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

test('runProbes: stopped in the middle → the reason, and what was written is removed', async () => {
  const controller = new AbortController()
  const client = memoryClient()
  const stopping = changed(client, {
    async *readFile(file, options) {
      controller.abort(new Error('stop'))
      yield* client.readFile(file, options)
    },
  })
  await assert.rejects(runProbes(PROBES, benchOf(stopping, controller.signal)), /stop/)
  assert.deepEqual(await collectFiles(client.listFiles(0)), [])
})
