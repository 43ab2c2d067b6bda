import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { test } from 'vitest'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { restore } from '@ltx/restore'
import { openReplicated } from './index.ts'

test('embed: rows written through the application → are in the replica after flush, and after the end', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ltx-embed-'))
  const [path, replica] = [join(directory, 'app.db'), join(directory, 'replica')]
  const env = nodeEnv()
  const rowsIn = async (name: string): Promise<unknown> => {
    const outputPath = join(directory, name)
    await restore({ client: fileClient({ path: replica, env }), env, outputPath })
    using copy = disposable(new Database(outputPath, { readonly: true }))
    return copy.value.prepare('SELECT count(*) FROM note').pluck().get()
  }
  try {
    {
      await using replicated = await openReplicated(path, replica)
      replicated.database.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)')
      replicated.database.exec("INSERT INTO note (text) VALUES ('one'), ('two')")
      await replicated.flush()
      assert.equal(await rowsIn('after-flush.db'), 2)
      replicated.database.exec("INSERT INTO note (text) VALUES ('three')")
    }
    assert.equal(await rowsIn('after-end.db'), 3)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

function disposable(value: Database.Database): { readonly value: Database.Database } & Disposable {
  return { value, [Symbol.dispose]: () => value.close() }
}
