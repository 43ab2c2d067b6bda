import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'vitest'
import { CommittedPages, decodeWalHeader, FrameReader } from '../src/index.ts'
import { readPlainly } from './plain-reader.ts'

/** `LTX_SEED=… vitest run test/real-sqlite.test.ts` replays a failure. */
const seed = Number(process.env['LTX_SEED'] ?? Date.now() % 1_000_000)

for (const pageSize of [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536]) {
  test(`real SQLite, pages of ${pageSize}: its WAL over the database file → what its checkpoint makes`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'ltx-wal-'))
    try {
      const path = join(directory, 'app.db')
      const database = new DatabaseSync(path)
      database.exec(`PRAGMA page_size = ${pageSize}`)
      database.exec('PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = 10')
      database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, payload BLOB)')
      const random = chance(seed + pageSize)
      for (let generation = 0; generation < 3; generation++) {
        for (let i = 0; i < 25; i++) writeSomething(database, random, pageSize)
        compareWithCheckpoint(path, database, pageSize)
        // The next writer begins at the start of the WAL, over the frames of this generation.
        database.exec('PRAGMA wal_checkpoint(RESTART)')
      }
      database.exec('INSERT INTO t (payload) VALUES (zeroblob(10))')
      const { stop, pages } = read(readFileSync(`${path}-wal`))
      assert.equal(stop, 'salt-mismatch') // frames of older generations are behind the new ones
      assert.ok(pages.size > 0)
      database.close()
    } catch (error) {
      throw new Error(`LTX_SEED=${seed} replays this`, { cause: error })
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
}

/** Lays the committed pages over the database file, and lets SQLite do the same. */
function compareWithCheckpoint(path: string, database: DatabaseSync, pageSize: number): void {
  const wal = readFileSync(`${path}-wal`)
  const { pages, commit, frameCount } = read(wal)
  assert.ok(frameCount > 0)
  assert.equal(readPlainly(wal).frames.findLastIndex((frame) => frame.commit !== 0) + 1, frameCount)
  const image = new Uint8Array(commit * pageSize)
  image.set(readFileSync(path).subarray(0, image.length))
  for (const [pageNumber, offset] of pages) {
    image.set(wal.subarray(offset + 24, offset + 24 + pageSize), (pageNumber - 1) * pageSize)
  }
  database.exec('PRAGMA wal_checkpoint(FULL)')
  assert.ok(readFileSync(path).equals(image), 'the checkpointed database differs')
}

function read(wal: Uint8Array) {
  const result = decodeWalHeader(wal)
  assert.ok(result.kind === 'header')
  const start = { header: result.header, offset: 32, seed: result.header.checksum }
  const reader = new FrameReader(start)
  const pages = new CommittedPages(start)
  for (let at = 32; at < wal.length && reader.stop === null; at += 10_000) {
    reader.push(wal.subarray(at, at + 10_000))
    pages.addAll(reader)
  }
  reader.finishInput()
  return { stop: reader.stop?.reason, ...pages.committed() }
}

function writeSomething(database: DatabaseSync, random: () => number, pageSize: number): void {
  const kind = random()
  if (kind < 0.05) return database.exec('DELETE FROM t WHERE id % 2 = 0; VACUUM')
  database.exec('BEGIN')
  const rows = Math.ceil(random() * 20)
  const insert = database.prepare('INSERT INTO t (payload) VALUES (?)')
  for (let i = 0; i < rows; i++) insert.run(new Uint8Array(Math.floor(random() * pageSize * 1.5)).fill(i))
  if (kind < 0.3) database.prepare('DELETE FROM t WHERE id % 3 = ?').run(Math.floor(random() * 3))
  database.exec(random() < 0.2 ? 'ROLLBACK' : 'COMMIT') // a large one has spilled pages into the WAL by then
}

function chance(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 0x1_0000_0000
  }
}
