import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import { test } from 'vitest'
import { ScratchStore } from './scratch-store.ts'

for (const workers of ['threads', 'in-process'] as const) {
  test(`Store, ${workers}: a large database is written to and synced while its first image is made → both syncs end with everything in the replica`, async () => {
    await using scratch = new ScratchStore()
    const app = scratch.app()
    const insert = app.prepare('INSERT INTO t VALUES (randomblob(3000))')
    const commit = app.transaction((rows: number) => {
      for (let row = 0; row < rows; row++) insert.run()
    })
    commit(8000)
    const client = memoryClient()
    const store = scratch.store({ workers, compactionEnabled: false })
    const settings = { slidingScanBytesMin: 1 }
    const database = await store.addDatabase({ path: scratch.path(), client, settings })
    const opened = store.open()
    commit(10)
    const first = database.sync()
    commit(10)
    await Promise.all([opened, first, database.sync()])
    assert.equal(await scratch.restoredRows(client), 8020)
    assert.equal(scratch.kinds().filter((kind) => kind === 'resync').length, 1)
    commit(1)
    await database.sync()
    assert.equal(await scratch.restoredRows(client), 8021)
    await store.close()
    const again = scratch.store({ workers, compactionEnabled: false })
    await again.addDatabase({ path: scratch.path(), client, settings })
    app.exec('DELETE FROM t WHERE rowid % 2 = 0')
    app.pragma('wal_checkpoint(TRUNCATE)')
    commit(1)
    await again.open()
    await again.databases[0]?.sync()
    const rows = app.prepare('SELECT count(*) FROM t').pluck().get()
    assert.equal(await scratch.restoredRows(client), rows)
  })
}
