import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { test } from 'vitest'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import { restoreIfMissing } from './index.ts'

test('restoreIfMissing: no replica, then a replica, then a database → fresh, restored, present', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ltx-restore-at-start-'))
  const [path, replica] = [join(directory, 'app.db'), join(directory, 'replica')]
  try {
    assert.equal(await restoreIfMissing(path, replica), 'fresh')
    await storeImage(replica, databaseImage())
    assert.equal(await restoreIfMissing(path, replica), 'restored')
    const database = new Database(path)
    assert.equal(database.prepare('SELECT text FROM note').pluck().get(), 'kept')
    database.close()
    assert.equal(await restoreIfMissing(path, replica), 'present')
  } finally {
    rmSync(directory, { recursive: true })
  }
})

function databaseImage(): Uint8Array {
  const database = new Database(':memory:')
  database.exec("CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('kept')")
  const image = database.serialize()
  database.close()
  return image
}

/** A replica with one file: the whole image as TXID 1. */
async function storeImage(replica: string, image: Uint8Array): Promise<void> {
  const pageSize = 4096
  const commit = image.length / pageSize
  const pages = Array.from({ length: commit }, (_, index) => ({
    pageNumber: index + 1,
    data: image.subarray(index * pageSize, (index + 1) * pageSize),
  }))
  const txid = toTxid(1n)
  const file = encodeFileSpec({
    minTXID: txid,
    maxTXID: txid,
    pageSize,
    commit,
    pages,
    timestampMs: 1_700_000_000_000,
  })
  const client = fileClient({ path: replica, env: nodeEnv() })
  await client.writeFile({ level: 0, minTXID: txid, maxTXID: txid }, async function* () {
    yield file
  })
}
