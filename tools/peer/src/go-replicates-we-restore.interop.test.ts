import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { formatTxid, parseFileName, toTxid } from '@ltx/format'
import { restore, type RestoreTarget } from '@ltx/restore'
import { test } from 'vitest'
import { restoreWithLitestream, startLitestream } from './index.ts'

const ROUNDS = 4

/** Lets the real Litestream replicate a live database, one sync per round, and stop. */
async function replicatedByGo(
  folder: string,
  pageSize: number,
): Promise<{ replica: string; database: string }> {
  const database = path.join(folder, 'app.db')
  const replica = path.join(folder, 'replica')
  const writer = new DatabaseSync(database)
  try {
    writer.exec(
      `PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = WAL; CREATE TABLE t(id INTEGER PRIMARY KEY, payload BLOB)`,
    )
    await using litestream = await startLitestream(['replicate', database, `file://${replica}`])
    await litestream.until('its first sync', async () => (await syncedTxid(replica)) >= 1n)
    for (let round = 1; round <= ROUNDS; round++) {
      const before = await syncedTxid(replica)
      for (let i = 0; i < 25; i++) writer.exec('INSERT INTO t(payload) VALUES (randomblob(900))')
      writer.exec('UPDATE t SET payload = zeroblob(900) WHERE id % 9 = 3')
      await litestream.until(`sync ${round}`, async () => (await syncedTxid(replica)) > before)
    }
    await litestream.stop()
  } finally {
    writer.close() // the last connection: checkpoints, so the file alone is the database
  }
  return { replica, database }
}

async function syncedTxid(replica: string): Promise<bigint> {
  const names = await readdir(path.join(replica, 'ltx/0')).catch((): string[] => [])
  return names
    .map((name) => parseFileName(name)?.maxTXID ?? 0n)
    .reduce((max, txid) => (txid > max ? txid : max), 0n)
}

async function restoreOurs(replica: string, outputPath: string, target: RestoreTarget): Promise<Buffer> {
  const env = nodeEnv()
  await using client = fileClient({ path: replica, env })
  await restore({ client, env, outputPath, target })
  return readFile(outputPath)
}

for (const pageSize of [512, 4096, 65_536]) {
  test(`restore: replica of the real Litestream, pages of ${pageSize} bytes → the same bytes as its own restore, at every TXID`, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'peer-replica-'))
    try {
      const { replica, database } = await replicatedByGo(folder, pageSize)
      const latest = await restoreOurs(replica, path.join(folder, 'latest.db'), { kind: 'latest' })
      assertSameRows(database, path.join(folder, 'latest.db'))
      const last = await syncedTxid(replica)
      assert.ok(last > BigInt(ROUNDS), `${last} syncs`)
      for (let txid = 1n; txid <= last; txid++) {
        const theirs = path.join(folder, `go-${txid}.db`)
        const finished = await restoreWithLitestream({ replica, output: theirs, txid: formatTxid(txid) })
        assert.equal(finished.code, 0, finished.stderr)
        const ours = await restoreOurs(replica, path.join(folder, `ours-${txid}.db`), {
          kind: 'txid',
          txid: toTxid(txid),
        })
        assert.equal(Buffer.compare(ours, await readFile(theirs)), 0, `the images of TXID ${txid} differ`)
        if (txid === last)
          assert.equal(Buffer.compare(ours, latest), 0, 'the last TXID is not the latest state')
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })
}

function assertSameRows(source: string, restored: string): void {
  const [before, after] = [source, restored].map((file) => {
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
      return database.prepare('SELECT id, hex(payload) AS payload FROM t ORDER BY id').all()
    } finally {
      database.close()
    }
  })
  assert.equal(before?.length, 25 * ROUNDS)
  assert.deepEqual(after, before)
}
