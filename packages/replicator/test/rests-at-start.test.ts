import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { memoryClient } from '@ltx/client-core/memory'
import { test } from 'vitest'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import { ScratchStore } from './scratch-store.ts'

test('begins asleep after a process that died in the middle of its work, then it is woken → what that one left is removed', async () => {
  await using scratch = new ScratchStore()
  const client = memoryClient()
  const app = scratch.app()
  app.exec('INSERT INTO t VALUES (1)')
  {
    await using store = scratch.store()
    const database = await store.addDatabase({ path: scratch.path(), client })
    await store.open()
    await database.sync()
    await scratch.until(
      'asleep',
      () => database.status().state === 'dormant' || (void database.sleep(), false),
    )
  }
  const metaPath = metaPathOf(scratch.path())
  const left = [`ltx/0/0000000000000009-0000000000000009.ltx.7.0123456789abcdef.tmp`, 'snapshot/a', 'scan/b']
  for (const folder of ['snapshot', 'scan']) mkdirSync(`${metaPath}/${folder}`)
  for (const name of left) writeFileSync(`${metaPath}/${name}`, 'x')
  await using store = scratch.store()
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  assert.equal(database.status().state, 'dormant')
  app.exec('INSERT INTO t VALUES (2)')
  await database.sync()
  assert.equal(database.status().state, 'active')
  assert.deepEqual(
    left.filter((name) => existsSync(`${metaPath}/${name}`)),
    [],
    readdirSync(metaPath).join(' '),
  )
  assert.equal(await scratch.restoredRows(client), 2)
})
