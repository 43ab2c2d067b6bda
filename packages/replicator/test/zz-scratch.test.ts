import { test } from 'vitest'
import { World } from './world.ts'
import { WorkerPool } from '../src/lib/worker/worker-pool.ts'
import { MemoryLogger } from '@ltx/env/sim'
import { readFileSync, statSync } from 'node:fs'
test('x', async () => {
  for (let i = 0; i < 40; i++) {
    using world = new World()
    const pool = new WorkerPool({ driver: 'better-sqlite3', embedded: true }, new MemoryLogger(), 2)
    const { path, metaPath, settings } = world
    const a = pool.follower({ path, metaPath, settings })
    const o = await a.open()
    const b = pool.follower({ path, metaPath, settings })
    const r = await b.open().then(
      (x) => JSON.stringify(x),
      (e) => String(e.code),
    )
    const ino = statSync(metaPath + '/lock').ino
    const locks = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .filter((l) => l.includes(':' + ino + ' '))
    if (r !== 'REPLICATOR_LOCKED') console.log(i, o.kind, r, ino, locks)
    await a.close()
    await b.close()
    await pool[Symbol.asyncDispose]()
  }
}, 100000)
