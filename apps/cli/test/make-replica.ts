import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import Sqlite from 'better-sqlite3'

/** When transaction 1 of a made replica happened; each one after it is a second later. */
export const FIRST_MS: number = Date.parse('2026-01-02T03:04:05Z')
const PAGE_SIZE = 512

/** A replica of three transactions: a snapshot of the first, and the two after it at level 0. Its pages are no real database. */
export async function makeReplica(path: string): Promise<void> {
  await using client = fileClient({ path, env: nodeEnv() })
  for (const [index, level] of [9, 0, 0].entries()) {
    const txid = toTxid(BigInt(index + 1))
    const bytes = encodeFileSpec({
      pageSize: PAGE_SIZE,
      commit: 2,
      minTXID: txid,
      maxTXID: txid,
      timestampMs: FIRST_MS + index * 1000,
      pages: (level === 9 ? [1, 2] : [2]).map((pageNumber) => ({ pageNumber, data: pageOf(index + 1) })),
    })
    await client.writeFile({ level, minTXID: txid, maxTXID: txid }, async function* () {
      yield bytes
    })
  }
}

function pageOf(value: number): Uint8Array {
  return Uint8Array.from({ length: PAGE_SIZE }, (_, at) => (at * 37 + (at >> 3) * value) & 0xff)
}

/** A small database in WAL mode, closed. */
export async function makeDatabase(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const database = new Sqlite(path)
  database.pragma('journal_mode = wal')
  database.exec('CREATE TABLE note (text TEXT); INSERT INTO note VALUES (1), (2), (3)')
  database.close()
}

/** A replica of a small real database: one snapshot. */
export async function makeSoundReplica(path: string): Promise<void> {
  const databasePath = `${path}.tmp.db`
  await makeDatabase(databasePath)
  const bytes = await readFile(databasePath)
  await rm(databasePath)
  const pageSize = bytes.readUInt16BE(16)
  const commit = bytes.length / pageSize
  const pages = Array.from({ length: commit }, (_, pageIndex) => ({
    pageNumber: pageIndex + 1,
    data: bytes.subarray(pageIndex * pageSize, (pageIndex + 1) * pageSize),
  }))
  const one = toTxid(1n)
  const file = encodeFileSpec({ pageSize, commit, minTXID: 1n, maxTXID: 1n, timestampMs: FIRST_MS, pages })
  await using client = fileClient({ path, env: nodeEnv() })
  await client.writeFile({ level: 9, minTXID: one, maxTXID: one }, async function* () {
    yield file
  })
}

/** A replica as Litestream 0.3 has it, of a small real database: one generation with one snapshot. Later than {@link makeReplica}'s. */
export async function makeLegacyReplica(path: string): Promise<void> {
  const databasePath = `${path}.tmp.db`
  await makeDatabase(databasePath)
  const bytes = await readFile(databasePath)
  await rm(databasePath)
  const snapshot = join(path, 'generations/0123456789abcdef/snapshots/00000000.snapshot.lz4')
  await mkdir(dirname(snapshot), { recursive: true })
  await writeFile(snapshot, lz4Frame(bytes))
  const modified = new Date(FIRST_MS + 60_000)
  await utimes(snapshot, modified, modified)
}

/** One LZ4 frame of one block that is stored as it is. */
function lz4Frame(bytes: Uint8Array): Uint8Array {
  const size = Buffer.alloc(4)
  size.writeUInt32LE((bytes.length | 0x8000_0000) >>> 0)
  return Buffer.concat([Buffer.from('04224d18604082', 'hex'), size, bytes, Buffer.alloc(4)])
}
