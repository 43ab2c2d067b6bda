import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient } from '@ltx/client-core/memory'
import type { Env } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { AppProcess } from './app-process.ts'
import { ScratchStore } from './scratch-store.ts'

const NEVER_MS = 3_600_000

/** The real environment, and how many directories are watched in it. */
function countingWatches(): { readonly env: Env; readonly open: () => number } {
  const env = nodeEnv()
  let open = 0
  const watch: Env['files']['watch'] = (...call) => {
    const stop = env.files.watch(...call)
    open++
    return () => {
      open--
      stop()
    }
  }
  const files = new Proxy(env.files, {
    get(target, name): unknown {
      if (name === 'watch') return watch
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { env: { ...env, files }, open: () => open }
}

test('a second process writes to one of two databases all the time → no file events meanwhile, and nothing of either is missed', async () => {
  const { env, open } = countingWatches()
  await using scratch = new ScratchStore(env)
  const [hot, neighbour] = [memoryClient(), memoryClient()]
  scratch.app('hot.db').exec('DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, data BLOB)')
  const other = scratch.app('other.db')
  const store = scratch.store({ workers: 'threads', slowPollIntervalMs: NEVER_MS })
  const settings = { syncIntervalMs: 100 }
  const first = await store.addDatabase({ path: scratch.path('hot.db'), client: hot, settings })
  const second = await store.addDatabase({ path: scratch.path('other.db'), client: neighbour, settings })
  await store.open()
  await using writer = await AppProcess.start(scratch.path('hot.db'))
  await writer.startWriting(100)
  await scratch.until('the watch to be closed', () => open() === 0)

  const before = second.status().replicatedTXID
  other.exec('INSERT INTO t VALUES (1)')
  await scratch.until('the neighbour to be seen', () => second.status().replicatedTXID !== before)

  const committed = await writer.stopWriting()
  await scratch.until('the watch to be opened', () => open() === 1)
  const { txid } = await first.sync()
  assert.equal(await scratch.restoredRows(hot), committed)
  await writer.exec('INSERT INTO t (data) VALUES (1)')
  await scratch.until('an event to be answered', () => (first.status().replicatedTXID ?? 0n) > txid)
  assert.equal(await scratch.restoredRows(hot), committed + 1)
  assert.equal(await scratch.restoredRows(neighbour), 1)
})
