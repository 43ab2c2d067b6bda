import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { buildWal, withBitFlipped } from '@ltx/wal/testing'
import { test } from 'vitest'
import { FaultyFiles } from '../../../test/faulty-files.ts'
import type { SqliteConnection, SqliteDriver } from '../sqlite/sqlite-driver.ts'
import { DatabaseFiles } from './database-files.ts'
import { countFramesPast, observeWal, readFrameHeader, readWalHeader } from './observe-wal.ts'
import { Pin } from './pin.ts'
import { planSync } from './plan-sync.ts'
import type { Position } from './position.ts'

const PAGE = 512

function walOf(salt1: number, pages: readonly number[]): Uint8Array {
  return buildWal({
    pageSize: PAGE,
    littleEndian: true,
    salts: [salt1, 99],
    transactions: pages.map((pageNumber) => ({
      pages: [{ pageNumber, data: new Uint8Array(PAGE).fill(salt1 + pageNumber) }],
      commit: 9,
    })),
  })
}

/** A WAL file and an SQLite that says what the test wants. */
class Scene implements Disposable {
  readonly files = new FaultyFiles(nodeEnv().blockingFiles)
  readonly #directory = mkdtempSync(join(tmpdir(), 'ltx-observe-'))
  readonly database: DatabaseFiles
  frames = 0
  onNoop: () => void = () => {}

  constructor(wal: Uint8Array) {
    this.setWal(wal)
    this.database = new DatabaseFiles(this.files, this.#path, null)
  }

  get #path(): string {
    return join(this.#directory, 'app.db')
  }

  setWal(wal: Uint8Array): void {
    writeFileSync(`${this.#path}-wal`, wal)
  }

  pin(): Pin {
    const connection: SqliteConnection = {
      exec: () => {},
      pragma: (text) => {
        if (!text.includes('NOOP')) return []
        this.onNoop()
        return [{ busy: 0, log: this.frames, checkpointed: 0 }]
      },
      inTransaction: false,
      close: () => {},
    }
    const driver: SqliteDriver = { name: 'fake', sqliteVersion: '3.54.1', open: () => connection }
    return Pin.open(driver, this.#path)
  }

  [Symbol.dispose](): void {
    this.database.close()
    rmSync(this.#directory, { recursive: true })
  }
}

const position: Position = { txid: toTxid(1n), pageSize: PAGE, commit: 9, wal: null, timestampMs: 0 }

test('observeWal: the WAL begins anew between its two questions, with frames nobody published → no phantom is read', () => {
  using scene = new Scene(walOf(1, [1, 2, 3]))
  scene.frames = 3
  let questions = 0
  const asked = (): void => {
    if (++questions !== 2) return // the header and the count: whichever comes second finds the next generation
    scene.setWal(walOf(2, [4, 5, 6]))
    scene.frames = 0
  }
  const stop = scene.files.before((call, path) => {
    if (call === 'read' && path.endsWith('-wal')) asked()
  })
  scene.onNoop = asked
  const facts = observeWal(scene.pin(), scene.database, position)
  stop()
  assert.notEqual(planSync(facts, position, true).kind, 'next-generation')
})

test('observeWal: the WAL begins anew after the count → the header did not hold', () => {
  using scene = new Scene(walOf(1, [1, 2, 3]))
  scene.frames = 3
  scene.onNoop = () => scene.setWal(walOf(2, [4, 5, 6]))
  const facts = observeWal(scene.pin(), scene.database, position)
  assert.equal(facts.headerHeld, false)
  assert.equal(planSync(facts, position, true).kind, 'look-again')
})

test('observeWal: our generation → the frame that ends at our offset; another → none', () => {
  const wal = walOf(1, [1, 2, 3])
  using scene = new Scene(wal)
  scene.frames = 3
  const offset = 32 + 2 * (24 + PAGE)
  const place = { salt1: 1, salt2: 99, offset, checksum: [0, 0] as const }
  const ours = observeWal(scene.pin(), scene.database, { ...position, wal: place })
  assert.deepEqual(ours.frameBefore, readFrameHeader(scene.database, 32 + 24 + PAGE))
  const other = observeWal(scene.pin(), scene.database, { ...position, wal: { ...place, salt1: 7 } })
  assert.equal(other.frameBefore, null)
})

test('readWalHeader: none, half of one, a wrong checksum → null', () => {
  using scene = new Scene(walOf(1, [1]))
  assert.equal(readWalHeader(scene.database)?.salt1, 1)
  scene.setWal(walOf(1, [1]).subarray(0, 31))
  assert.equal(readWalHeader(scene.database), null)
  scene.setWal(withBitFlipped(walOf(1, [1]), 16 * 8))
  assert.equal(readWalHeader(scene.database), null)
  scene.setWal(new Uint8Array(0))
  assert.equal(readWalHeader(scene.database), null)
})

test('countFramesPast: frames of this generation → counted to one more than asked; older frames and a cut one → not', () => {
  const old = walOf(9, [1, 2, 3, 4, 5])
  const wal = walOf(1, [1, 2, 3])
  old.set(wal)
  using scene = new Scene(old)
  const header = readWalHeader(scene.database)
  assert.ok(header !== null)
  const start = 32 + 24 + PAGE
  assert.deepEqual(
    [0, 1, 2, 3].map((countMax) => countFramesPast(scene.database, header, start, countMax)),
    [1, 2, 2, 2],
  )
  scene.setWal(old.subarray(0, 32 + 2 * (24 + PAGE) + 23))
  assert.equal(countFramesPast(scene.database, header, start, 9), 1)
})
