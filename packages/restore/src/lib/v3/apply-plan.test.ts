import assert from 'node:assert/strict'
import { memoryClient, MemoryStorage } from '@ltx/client-core/memory'
import { test } from 'vitest'
import { contentOf, instantEnv } from '../../../test/instant-env.ts'
import { legacyDatabase, legacyWal, putSnapshot, putWal, writes } from '../../../test/legacy-replica.ts'
import { parseOutputPath } from '../output-path.ts'
import { ProgressReporter } from '../progress.ts'
import { applyLegacyPlan } from './apply-plan.ts'
import { planLegacy } from './plan.ts'
import { listLegacy } from './read-legacy.ts'

test('apply legacy plan: a snapshot and a WAL → pages and size, told before; no scratch file is left', async () => {
  const storage = new MemoryStorage()
  putSnapshot(storage, 0, legacyDatabase(0, 0), 10)
  putWal(storage, 0, legacyWal(1, writes(3, [3, 1])), 20)
  const client = memoryClient({ storage })
  const env = instantEnv()
  await env.files.makeDirectory('/out')
  await using handle = await env.files.open('/out/app.db', 'create')
  const sizes: number[] = []
  const plan = planLegacy(await listLegacy(client, env), { kind: 'latest' })
  const applied = await applyLegacyPlan(plan, {
    client,
    env,
    handle,
    output: parseOutputPath('/out/app.db'),
    target: { kind: 'latest' },
    parallelism: 2,
    progress: new ProgressReporter(undefined),
    signal: undefined,
    onSize: (bytes) => sizes.push(bytes),
  })
  assert.deepEqual(applied, { pageSize: 512, commit: 3 })
  assert.deepEqual(sizes, [1024, 1536])
  assert.deepEqual(await contentOf(env, '/out/app.db'), legacyDatabase(0, 0, 1))
  assert.deepEqual(await env.files.list('/out'), ['app.db'])
})
