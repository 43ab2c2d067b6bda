import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { fileClient } from '@ltx/client-file'
import { ScratchStore } from './scratch-store.ts'

// Somebody removes files of a replica under a replicator that is at work: what went up afterwards would restore nowhere.

for (const [what, gone, also] of [
  ['the whole replica', '', ''],
  ['its level 0', 'ltx/0', ''],
  ['its snapshots, and the folder of level 0', 'ltx/9', 'ltx/0'],
] as const) {
  test(`replica removed under us: ${what} → the next commit brings everything back, and it restores`, async () => {
    await using scratch = new ScratchStore()
    const app = scratch.app()
    app.exec('INSERT INTO t VALUES (1)')
    const path = join(scratch.directory, 'replica')
    const client = fileClient({ path, env: scratch.env })
    const store = scratch.store()
    const database = await store.addDatabase({ path: scratch.path(), client })
    await store.open()
    await database.sync()
    for (const part of also === '' ? [gone] : [gone, also]) await rm(join(path, part), { recursive: true })
    app.exec('INSERT INTO t VALUES (2)')
    await scratch.until('a new start', () => scratch.kinds().filter((kind) => kind === 'start').length === 2)
    await database.sync()
    assert.equal(await scratch.restoredRows(client), 2)
    app.exec('INSERT INTO t VALUES (3)')
    await database.sync()
    assert.equal(await scratch.restoredRows(client), 3)
    assert.equal(scratch.kinds().filter((kind) => kind === 'start').length, 2)
  })
}
