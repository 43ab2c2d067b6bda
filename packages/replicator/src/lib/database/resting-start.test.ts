import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { ClientError, type ReplicaClient } from '@ltx/client-core'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { Store } from '../store/store.ts'
import { LocalPort } from './local-port.ts'
import { metaPathOf } from './meta-path.ts'
import { ReplicaWait } from './replica-wait.ts'
import { restingStart, type RestingStart } from './resting-start.ts'

interface Scene {
  readonly path: string
  readonly client: ReplicaClient
  readonly start: (bytesMax?: number) => Promise<RestingStart | null>
}

/** A database that was replicated and closed cleanly: nobody has it open. */
async function inScene(act: (scene: Scene) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'ltx-resting-'))
  const env = nodeEnv()
  const path = join(directory, 'app.db')
  const client = fileClient({ path: join(directory, 'replica'), env })
  try {
    write(path, 'CREATE TABLE t (n); INSERT INTO t VALUES (1)')
    {
      await using store = new Store({ env }, { compactionEnabled: false, embedded: false })
      await store.addDatabase({ path, client })
      await store.open()
      await store.close()
    }
    const metaPath = metaPathOf(path)
    const parts = { env, path, metaPath, client, local: new LocalPort(env.files, metaPath) }
    await act({
      path,
      client,
      start: (bytesMax = 1_000_000) =>
        restingStart(
          { ...parts, bytesMax, mayBeginOffline: true, wait: new ReplicaWait(parts.env.clock) },
          {},
        ),
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function write(path: string, sql: string): void {
  const app = new Sqlite(path)
  app.pragma('journal_mode = WAL')
  app.exec(sql)
  app.close()
}

test('restingStart: sealed, unchanged and uploaded → begins asleep where the last process ended', async () => {
  await inScene(async ({ start }) => {
    const resting = await start()
    assert.equal(resting?.prepared.plan.kind, 'continue')
    assert.equal(resting?.prepared.order.lastTXID, 2n)
    assert.equal(resting?.prepared.order.confirmed, 2n)
  })
})

const changes: readonly [situation: string, change: (scene: Scene) => Promise<void> | void][] = [
  ['a commit while nobody watched', ({ path }) => write(path, 'INSERT INTO t VALUES (2)')],
  ['the database file was touched', ({ path }) => utimesSync(path, new Date(), new Date(0))],
  [
    'another file has its name',
    ({ path }) => {
      rmSync(path)
      write(path, 'CREATE TABLE other (n)')
    },
  ],
  ['the position is damaged', ({ path }) => appendFileSync(join(metaPathOf(path), 'position'), 'x')],
  ['the local files are gone', ({ path }) => rmSync(join(metaPathOf(path), 'ltx'), { recursive: true })],
  ['the replica is empty', ({ client }) => client.deleteAll()],
]

for (const [situation, change] of changes) {
  test(`restingStart: ${situation} → it has to be opened`, async () => {
    await inScene(async (scene) => {
      await change(scene)
      assert.equal(await scene.start(), null)
    })
  })
}

test('restingStart: sealed and unchanged, the replica cannot be listed → begins asleep, what it holds is not known', async () => {
  await inScene(async ({ start, client }) => {
    client.listFiles = () => {
      throw new ClientError('CLIENT_UNREACHABLE', 'a test')
    }
    const resting = await start()
    assert.deepEqual([resting?.prepared.plan.kind, resting?.prepared.link.kind], ['offline', 'unknown'])
    assert.deepEqual([resting?.prepared.order.lastTXID, resting?.prepared.order.confirmed], [2n, null])
  })
})

test('restingStart: larger than a sleeper may be → it has to be opened', async () => {
  await inScene(async ({ start }) => assert.equal(await start(4096), null))
})

test('Store: many databases that were closed cleanly → begin asleep, and wake at a commit', async () => {
  await inScene(async ({ path, client }) => {
    const env = nodeEnv()
    await using store = new Store({ env }, { compactionEnabled: false, embedded: false })
    const database = await store.addDatabase({ path, client })
    await store.open()
    assert.equal(database.status().state, 'dormant')
    write(path, 'INSERT INTO t VALUES (2)')
    const { txid } = await database.sync()
    assert.ok(txid > 2n)
    assert.equal(database.status().state, 'active')
  })
})
