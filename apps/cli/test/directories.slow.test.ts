import assert from 'node:assert/strict'
import { test } from 'vitest'
import { replicateMany } from './many-databases.ts'

test('replicate, dir with watch: 400 databases at the start, 200 more at once, 100 removed → all as they should be', async () => {
  const result = await replicateMany({ atStart: 400, added: 200, removed: 100 })
  assert.deepEqual(result, { replicas: 600, problems: [] })
})
