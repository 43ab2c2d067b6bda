import assert from 'node:assert/strict'
import { linkSync, mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { test } from 'vitest'
import { memoryClient } from '@ltx/client-core/memory'
import { ScratchStore } from '../../../test/scratch-store.ts'

test('Store: a second name of a database that is followed → refused, the first goes on', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store()
  const first = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  symlinkSync(scratch.path(), scratch.path('second.db'))
  await assert.rejects(store.addDatabase({ path: scratch.path('second.db'), client: memoryClient() }), {
    code: 'REPLICATOR_TWO_NAMES',
    message: new RegExp(scratch.path()),
  })
  app.exec('INSERT INTO t VALUES (1)')
  await first.sync()
  assert.equal(await scratch.restoredRows(client), 1)
})

test('Store: the second name appears later → failed, said, nothing uploaded', async () => {
  await using scratch = new ScratchStore()
  scratch.app()
  const other = memoryClient()
  const store = scratch.store()
  await store.addDatabase({ path: scratch.path(), client: memoryClient() })
  const second = await store.addDatabase({ path: scratch.path('second.db'), client: other })
  await store.open()
  assert.equal(second.status().state, 'absent')
  linkSync(scratch.path(), scratch.path('second.db'))
  await scratch.until('the refusal', () => second.status().state === 'failed')
  assert.deepEqual(
    [scratch.kinds('second.db').slice(-2), other.storage.objects.size],
    [['error', 'failed'], 0],
  )
  await assert.rejects(second.sync(), { code: 'REPLICATOR_TWO_NAMES' })
})

test('Store: a database that is followed is replaced by a second name of another → failed', async () => {
  await using scratch = new ScratchStore()
  scratch.app()
  scratch.app('second.db')
  const store = scratch.store()
  for (const name of ['app.db', 'second.db']) {
    await store.addDatabase({ path: scratch.path(name), client: memoryClient() })
  }
  await store.open()
  const second = store.databases.find(({ path }) => path === scratch.path('second.db'))
  linkSync(scratch.path(), scratch.path('link'))
  renameSync(scratch.path('link'), scratch.path('second.db'))
  await second?.look()
  await scratch.until('the refusal', () => second?.status().state === 'failed')
})

test('Store: the first is removed and its file moved → it can be added under its other name', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  app.exec('INSERT INTO t VALUES (1)')
  const client = memoryClient()
  const store = scratch.store()
  await store.addDatabase({ path: scratch.path(), client: memoryClient() })
  await store.open()
  await store.removeDatabase(scratch.path())
  app.close()
  renameSync(scratch.path(), scratch.path('moved'))
  linkSync(scratch.path('moved'), scratch.path('second.db'))
  const second = await store.addDatabase({ path: scratch.path('second.db'), client })
  await second.sync()
  assert.equal(await scratch.restoredRows(client), 1)
})

test('Store: a symbolic link alone → refused, the name to use is told', async () => {
  await using scratch = new ScratchStore()
  scratch.app()
  const store = scratch.store()
  await store.open()
  symlinkSync(scratch.path(), scratch.path('link.db'))
  const refused = { code: 'REPLICATOR_TWO_NAMES', message: new RegExp(`beside .*${scratch.path()}:`) }
  await assert.rejects(store.addDatabase({ path: scratch.path('link.db'), client: memoryClient() }), refused)
})

test('Store: a symbolic link further up the path → followed', async () => {
  await using scratch = new ScratchStore()
  const client = memoryClient()
  mkdirSync(scratch.path('folder'))
  scratch.app('folder/app.db').exec('INSERT INTO t VALUES (1)')
  symlinkSync(scratch.path('folder'), scratch.path('link'))
  const store = scratch.store()
  await store.open()
  const database = await store.addDatabase({ path: scratch.path('link/app.db'), client })
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 1)
})
