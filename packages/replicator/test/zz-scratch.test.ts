import { test } from 'vitest'
import { World } from './world.ts'
import { WorkerPool } from '../src/lib/worker/worker-pool.ts'
import { MemoryLogger } from '@ltx/env/sim'
import { readFileSync, statSync } from 'node:fs'
test('x', async () => {
  for (let i = 0; i < 30; i++) {
    for (const driver of ['better-sqlite3', 'node:sqlite', 'better-sqlite3'] as const) {
      using world = new World()
      const pool = new WorkerPool({ driver, embedded: true }, new MemoryLogger(), 2)
      const { path, metaPath, settings } = world
      const a = pool.follower({ path, metaPath, settings })
      const o = await a.open()
      if (i % 2) {
        await a.start({ keepLocal: false, lastTXID: null, newestFileMs: 0, confirmed: null })
        world.insert(3)
        await a.sync()
      }
      const b = pool.follower({ path, metaPath, settings })
      const r = await b.open().then(
        (x) => JSON.stringify(x, (k, v) => (typeof v === 'bigint' ? String(v) : v)),
        (e) => String(e.code),
      )
      const ino = statSync(metaPath + '/lock').ino
      const locks = readFileSync('/proc/locks', 'utf8')
        .split('\n')
        .filter((l) => l.includes(':' + ino + ' '))
      if (r !== 'REPLICATOR_LOCKED') console.log(i, driver, o.kind, r, ino, locks)
      await a.close()
      if (i % 3) await b.close()
      await pool[Symbol.asyncDispose]()
    }
  }
}, 100000)
