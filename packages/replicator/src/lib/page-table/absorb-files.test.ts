import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { formatFileName, toTxid } from '@ltx/format'
import { encodeFileSpec, patternedPage, truncated } from '@ltx/format/testing'
import { sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import type { LocalFile } from '../database/local-files.ts'
import { absorbFiles } from './absorb-files.ts'
import { PageTable } from './page-table.ts'

const PAGE = 512

const pause = (): Promise<void> => Promise.resolve()

class Folder {
  readonly env = simEnv({ seed: 1 })
  readonly files: LocalFile[] = []

  constructor() {
    this.env.blockingFiles.makeDirectory('/m')
  }

  /** A level 0 file with these pages; each page's content comes from its number and the TXID. */
  add(
    txid: bigint,
    commit: number,
    pages: readonly number[],
    damage: (bytes: Uint8Array) => Uint8Array = (b) => b,
  ): void {
    const path = `/m/${formatFileName(toTxid(txid), toTxid(txid))}`
    const spec = {
      pageSize: PAGE,
      commit,
      minTXID: txid,
      maxTXID: txid,
      timestampMs: 0,
      pages: pages.map((pageNumber) => ({ pageNumber, data: contentOf(pageNumber, txid) })),
    }
    using handle = this.env.blockingFiles.open(path, 'create')
    handle.write(damage(encodeFileSpec(spec)), 0)
    this.files.push({ txid: toTxid(txid), path })
  }

  async absorb(from = 0): Promise<PageTable> {
    const table = PageTable.open(this.env.blockingFiles, '/m')
    await absorbFiles(this.env.blockingFiles, table, this.files.slice(from), 9n, pause)
    return table
  }
}

const contentOf = (page: number, txid: bigint): Uint8Array => patternedPage(PAGE, page + 1000 * Number(txid))
const entry = (page: number, txid: bigint): bigint =>
  sharedKernels().pageChecksum(page, contentOf(page, txid))

function entriesOf(table: PageTable, count: number): bigint[] {
  const target = new BigUint64Array(count)
  table.read(1, target)
  return [...target]
}

test("absorbFiles: files one after the other → the newest page counts, the state is the last file's", async () => {
  const folder = new Folder()
  folder.add(1n, 3, [1, 2, 3])
  folder.add(2n, 3, [2])
  using table = await folder.absorb()
  assert.deepEqual(entriesOf(table, 3), [entry(1, 1n), entry(2, 2n), entry(3, 1n)])
  assert.deepEqual([table.state?.txid, table.state?.commit, table.state?.inode], [2n, 3, 9n])
})

test('absorbFiles: shrunk in one batch, regrown in the next → no entry of before the shrink is left', async () => {
  const folder = new Folder()
  folder.add(1n, 4, [1, 2, 3, 4])
  folder.add(2n, 2, [1])
  ;(await folder.absorb()).close()
  folder.add(3n, 4, [1, 3, 4])
  using table = await folder.absorb(2)
  assert.deepEqual(entriesOf(table, 4), [entry(1, 3n), entry(2, 1n), entry(3, 3n), entry(4, 3n)])
})

test('absorbFiles: shrunk and regrown within a batch → the same', async () => {
  const folder = new Folder()
  folder.add(1n, 3, [1, 2, 3])
  folder.add(2n, 1, [1])
  folder.add(3n, 3, [3])
  using table = await folder.absorb()
  assert.deepEqual(entriesOf(table, 3), [entry(1, 2n), 0n, entry(3, 3n)])
})

test('absorbFiles: a damaged file → FormatError, the table says what it said before', async () => {
  const folder = new Folder()
  folder.add(1n, 2, [1, 2])
  ;(await folder.absorb()).close()
  folder.add(2n, 2, [1], (bytes) => truncated(bytes, bytes.length - 1))
  await assert.rejects(folder.absorb(1), { name: 'FormatError' })
  using table = PageTable.open(folder.env.blockingFiles, '/m')
  assert.equal(table.state?.txid, 1n)
})
