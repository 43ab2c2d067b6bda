import assert from 'node:assert/strict'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import type { ReplicaClient } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient } from '@ltx/client-core/memory'
import type { Env } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { restore } from '@ltx/restore'
import { ScratchStore } from './scratch-store.ts'

// One replica for two databases that were made in the same way, and begin in the same millisecond: page 1 is equal, the files beside
// their first images are, byte for byte, and the images are not (docs/decisions/0016-image-once.md).

const NOW_MS = 1_700_000_000_000

function frozenEnv(): Env {
  const env = nodeEnv()
  const { clock } = env
  return {
    ...env,
    clock: {
      wallMs: () => NOW_MS,
      elapsedMs: () => clock.elapsedMs(),
      sleep: (delayMs, options) => clock.sleep(delayMs, options),
    },
  }
}

test('first image: two databases whose small files are equal, one replica → a conflict, also after a restart never a mixture', async () => {
  await using scratch = new ScratchStore(frozenEnv())
  for (const name of ['one.db', 'two.db']) {
    const app = scratch.app(name)
    app.prepare('INSERT INTO t VALUES (?)').run(name)
    app.close()
  }
  const memory = memoryClient()
  const run = async (name: string, client: ReplicaClient): Promise<string> => {
    const store = scratch.store({ compactionEnabled: false, shutdownSyncTimeoutMs: 0 })
    const database = await store.addDatabase({ path: scratch.path(name), client })
    await store.open()
    const synced = await database.sync().then(
      () => 'synced',
      (error: unknown) => (error as { code: string }).code,
    )
    await store.close()
    return synced
  }
  const rules = [{ call: 'writeFile' as const, nth: 1, fault: { kind: 'delay' as const, delayMs: 300 } }]
  const late = run('two.db', withFaults(memory, scratch.env, { rules })) // has seen an empty replica when the other one writes
  assert.deepEqual([await run('one.db', memory), await late], ['synced', 'REPLICATOR_CONFLICT'])

  const app = scratch.app('two.db')
  app.exec('CREATE TABLE later (b)') // does not touch the page with the row
  assert.equal(await run('two.db', memory), 'synced')
  const outputPath = `${scratch.directory}/restored.db`
  await restore({ client: memory, env: nodeEnv(), outputPath })
  const restored = new Sqlite(outputPath, { readonly: true })
  assert.deepEqual(restored.prepare('SELECT a FROM t').pluck().all(), ['two.db'])
  restored.close()
})
