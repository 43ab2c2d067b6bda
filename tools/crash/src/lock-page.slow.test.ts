import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { test } from 'vitest'
import { collectFiles, type FileInfo } from '@ltx/client-core'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { readPageIndex } from '@ltx/format'
import { Store, type Database as Replicated } from '@ltx/replicator'
import { restore } from '@ltx/restore'
import { lockPageNumber } from '@ltx/wal'

const BLOCK_BYTES = 8 * 1024 * 1024
/** Rows of a megabyte; the file ends some megabytes past 1 GiB. */
const ROWS = 1060

for (const pageSize of [4096, 65_536]) {
  test(`lock page: a database over 1 GiB with pages of ${pageSize} bytes → snapshot, compaction and restore leave it out, and the rest is equal`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ltx-lock-page-'))
    const path = join(directory, 'app.db')
    const env = nodeEnv()
    const client = fileClient({ path: join(directory, 'replica'), env })
    const app = new Database(path)
    try {
      app.pragma(`page_size = ${pageSize}`)
      app.pragma('journal_mode = WAL')
      app.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)')
      fill(app, ROWS - 10)
      await using store = new Store({ env }, { compactionEnabled: false })
      const database = await store.addDatabase({ path, client, settings: { dormantAfterMs: 0 } })
      await store.open()
      await database.sync()
      fill(app, 60) // grows past the lock page, through the WAL
      await database.sync()
      app.exec('UPDATE t SET b = randomblob(1000) WHERE id > 1000')
      await database.sync()
      assert.ok((app.pragma('page_count', { simple: true }) as number) > lockPageNumber(pageSize))

      const compacted = await database.compact(1)
      assert.equal(compacted.kind, 'compacted')
      const snapshot = await database.snapshot()
      assert.equal(snapshot?.existed, false)
      await store.close()
      app.pragma('wal_checkpoint(TRUNCATE)')

      for (const level of [0, 1, 9]) await assertNoLockPage(client, level, pageSize)
      await client.deleteFiles(await filesOf(client, 0)) // only the compaction and the snapshots are left
      for (const from of ['the newest snapshot', 'the first image and the compaction']) {
        const outputPath = join(directory, `${from}.db`)
        await restore({ client, env, outputPath })
        assertSameFile(path, outputPath, pageSize)
        rmSync(outputPath)
        const snapshots = await filesOf(client, 9)
        await client.deleteFiles(snapshots.filter(({ maxTXID }) => maxTXID > 1n))
      }
      assert.equal((await filesOf(client, 9)).length, 1)
    } finally {
      app.close()
      rmSync(directory, { recursive: true, force: true })
    }
  })
}

function fill(app: Database.Database, rows: number): void {
  const insert = app.prepare('INSERT INTO t (b) VALUES (zeroblob(1000000))')
  app.transaction(() => {
    for (let row = 0; row < rows; row++) insert.run()
  })()
}

async function filesOf(client: Replicated['client'], level: number): Promise<FileInfo[]> {
  return collectFiles(client.listFiles(level))
}

async function assertNoLockPage(
  client: Replicated['client'],
  level: number,
  pageSize: number,
): Promise<void> {
  const files = await filesOf(client, level)
  assert.ok(files.length > 0, `level ${level} has files`)
  for (const file of files) {
    const index = await readPageIndex(
      async (start, end) => bytesOf(client.readFile(file, { start, end })),
      file.size,
    )
    assert.equal(
      index.some(({ pageNumber }) => pageNumber === lockPageNumber(pageSize)),
      false,
    )
  }
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(new Uint8Array(chunk))
  return new Uint8Array(Buffer.concat(parts))
}

/** Equal byte for byte, except the lock page, which is zeros in the restored file. */
function assertSameFile(expected: string, found: string, pageSize: number): void {
  assert.equal(statSync(found).size, statSync(expected).size)
  const [a, b] = [openSync(expected, 'r'), openSync(found, 'r')]
  const lockStart = (lockPageNumber(pageSize) - 1) * pageSize
  try {
    const [left, right] = [Buffer.alloc(BLOCK_BYTES), Buffer.alloc(BLOCK_BYTES)]
    for (let position = 0; ; position += BLOCK_BYTES) {
      const length = readSync(a, left, 0, BLOCK_BYTES, position)
      assert.equal(readSync(b, right, 0, BLOCK_BYTES, position), length)
      if (length === 0) return
      const from = lockStart - position
      if (from >= 0 && from < length) {
        assert.ok(right.subarray(from, from + pageSize).every((byte) => byte === 0))
        left.fill(0, from, from + pageSize)
      }
      assert.ok(
        left.subarray(0, length).equals(right.subarray(0, length)),
        `bytes ${position}..${position + length}`,
      )
    }
  } finally {
    closeSync(a)
    closeSync(b)
  }
}
