import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryClient } from '@ltx/client-core/memory'
import { nodeEnv } from '@ltx/env/node'
import { createHeader, FileEncoder, toTxid } from '@ltx/format'
import { encodeFileSpec, patternedPage } from '@ltx/format/testing'
import { lockPageNumber } from '@ltx/wal'
import { test } from 'vitest'
import { restore } from '../src/index.ts'

const PAGE_SIZE = 65_536
const LOCK_PAGE = lockPageNumber(PAGE_SIZE)
const COMMIT = LOCK_PAGE + 40

/** A whole database over 1 GiB in which every page says which one it is. */
function bigSnapshot(): Uint8Array {
  const [minTXID, maxTXID] = [toTxid(1n), toTxid(1n)]
  const encoder = new FileEncoder(
    createHeader({ pageSize: PAGE_SIZE, commit: COMMIT, minTXID, maxTXID, timestampMs: 1 }),
  )
  const page = new Uint8Array(PAGE_SIZE)
  for (let pageNumber = 1; pageNumber <= COMMIT; pageNumber++) {
    if (pageNumber === LOCK_PAGE) continue
    new DataView(page.buffer).setUint32(0, pageNumber)
    new DataView(page.buffer).setUint32(PAGE_SIZE - 4, pageNumber)
    encoder.writePage(pageNumber, page)
  }
  encoder.finish()
  return encoder.take()
}

test('restore: a database over 1 GiB → pages on both sides of the lock page, zeros in it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ltx-restore-'))
  try {
    const client = memoryClient()
    const snapshot = { level: 9, minTXID: toTxid(1n), maxTXID: toTxid(1n) }
    client.storage.put(snapshot, bigSnapshot(), 1)
    const change = { level: 0, minTXID: toTxid(2n), maxTXID: toTxid(2n) }
    const pages = [LOCK_PAGE - 1, LOCK_PAGE + 1].map((pageNumber) => ({ pageNumber }))
    client.storage.put(change, encodeFileSpec({ ...change, pageSize: PAGE_SIZE, commit: COMMIT, pages }), 2)
    const outputPath = join(directory, 'big.db')
    const result = await restore({ client, env: nodeEnv(), outputPath })
    assert.equal(result.bytes, COMMIT * PAGE_SIZE)
    assert.equal(statSync(outputPath).size, COMMIT * PAGE_SIZE)
    const file = openSync(outputPath, 'r')
    const page = new Uint8Array(PAGE_SIZE)
    for (let pageNumber = 1; pageNumber <= COMMIT; pageNumber++) {
      readSync(file, page, 0, PAGE_SIZE, (pageNumber - 1) * PAGE_SIZE)
      if (pageNumber === LOCK_PAGE) assert.deepEqual(page, new Uint8Array(PAGE_SIZE))
      else if (Math.abs(pageNumber - LOCK_PAGE) === 1)
        assert.deepEqual(page, patternedPage(PAGE_SIZE, pageNumber, 2n))
      else assert.equal(new DataView(page.buffer).getUint32(PAGE_SIZE - 4), pageNumber)
    }
    closeSync(file)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}, 300_000)
