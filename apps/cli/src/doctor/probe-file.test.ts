import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { toTxid, verifyFile } from '@ltx/format'
import { test } from 'vitest'
import { probeFile } from './probe-file.ts'

test('probeFile: a size is asked for → a sound file of at least that size', async () => {
  const file = probeFile(toTxid(3n), 200_000, 1_700_000_000_123, simEnv({ seed: 1 }).random)
  assert.ok(file.bytes.length >= 200_000)
  const { header } = await verifyFile(
    (async function* () {
      yield file.bytes
    })(),
  )
  assert.deepEqual([header.minTXID, header.timestampMs], [3n, 1_700_000_000_123])
})
