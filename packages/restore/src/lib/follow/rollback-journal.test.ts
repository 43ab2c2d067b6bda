import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { nodeEnv } from '@ltx/env/node'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { contentOf, putContent } from '../../../test/instant-env.ts'
import { JournalWriter, rollBack } from './rollback-journal.ts'

for (const pageSize of [512, 4096, 65_536]) {
  test(`journal: pages of ${pageSize} overwritten and added, then a crash → SQLite finds the database as it was`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ltx-journal-'))
    const path = join(directory, 'app.db')
    const first = new DatabaseSync(path)
    first.exec(`PRAGMA page_size = ${pageSize}; CREATE TABLE t(x)`)
    first.exec(
      'WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 500) INSERT INTO t SELECT randomblob(i) FROM n',
    )
    first.close()
    const before = readFileSync(path)
    const { files } = nodeEnv()
    {
      await using journal = await files.open(`${path}-journal`, 'create', { mode: 0o600 })
      const writer = new JournalWriter(journal, { pageSize, pages: before.length / pageSize }, 0xffff_fff0)
      for (const pageNumber of [2, 1, before.length / pageSize]) {
        await writer.add(pageNumber, before.subarray((pageNumber - 1) * pageSize, pageNumber * pageSize))
      }
      await writer.finish()
      await using database = await files.open(path, 'read-write')
      await database.write(new Uint8Array(2 * pageSize).fill(0xaa), 0)
      await database.write(new Uint8Array(3 * pageSize).fill(0xbb), before.length - pageSize)
    }
    const reader = new DatabaseSync(path)
    assert.deepEqual({ ...reader.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
    assert.deepEqual({ ...reader.prepare('SELECT count(*) n FROM t').get() }, { n: 500 })
    reader.close()
    assert.ok(readFileSync(path).equals(before))
    rmSync(directory, { recursive: true })
  })
}

const PAGE = 512
const page = (value: number): Uint8Array => new Uint8Array(PAGE).fill(value)

/** A database of three pages, two of them overwritten, one added, and its journal. */
async function scene() {
  const env = simEnv({ seed: 1 })
  await putContent(env, '/db/app.db', new Uint8Array(Buffer.concat([page(1), page(9), page(9), page(9)])))
  {
    await using handle = await env.files.open('/db/app.db-journal', 'create')
    const writer = new JournalWriter(handle, { pageSize: PAGE, pages: 3 }, 7)
    await writer.add(2, page(2))
    await writer.add(3, page(3))
    await writer.finish()
  }
  const act = async (): Promise<boolean> => {
    await using database = await env.files.open('/db/app.db', 'read-write')
    return await rollBack(env.files, '/db/app.db', database, '/db')
  }
  return { env, act }
}

test('roll back: a whole journal → the pages as they were, the size too, and no journal', async () => {
  const { env, act } = await scene()
  assert.equal(await act(), true)
  assert.deepEqual(
    await contentOf(env, '/db/app.db'),
    new Uint8Array(Buffer.concat([page(1), page(2), page(3)])),
  )
  assert.deepEqual(await env.files.list('/db'), ['app.db'])
  assert.equal(await act(), false)
})

test('roll back: a record with a wrong checksum → what comes before it, as SQLite does', async () => {
  const { env, act } = await scene()
  await using journal = await env.files.open('/db/app.db-journal', 'read-write')
  await journal.write(Uint8Array.of(0), 512 + PAGE + 8 + 4 + 112) // a byte that the checksum takes, of the second page
  await act()
  assert.deepEqual(
    await contentOf(env, '/db/app.db'),
    new Uint8Array(Buffer.concat([page(1), page(2), page(9)])),
  )
})

test('roll back: a journal without a header → nothing but the journal changes', async () => {
  const { env, act } = await scene()
  await using journal = await env.files.open('/db/app.db-journal', 'read-write')
  await journal.write(new Uint8Array(100), 0)
  const before = await contentOf(env, '/db/app.db')
  await act()
  assert.deepEqual(await contentOf(env, '/db/app.db'), before)
  assert.deepEqual(await env.files.list('/db'), ['app.db'])
})
