import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv } from './sim-env.ts'
import { SimFileHandle } from './sim-file-handle.ts'

test('SimFileHandle: called → the work is done a moment later, not during the call', async () => {
  const { blockingFiles } = simEnv({ seed: 1 })
  await using handle = new SimFileHandle(blockingFiles.open('/a', 'create'))
  const written = handle.write(Uint8Array.of(1), 0)
  assert.equal(blockingFiles.stat('/a')?.size, 0)
  await written
  assert.equal(blockingFiles.stat('/a')?.size, 1)
})
