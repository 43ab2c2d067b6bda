import { closeSync, copyFileSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { fileClient } from '@ltx/client-file'
import type { ReplicaClient } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { createHeader, encodeFile, toTxid, type PageInput } from '@ltx/format'
import { LOCK_PAGE, pagesOfFile } from './pages-of-file.ts'
import { hashOf } from './same-content.ts'
import { PAGE_SIZE } from './sample-database.ts'

export interface SampleReplica {
  readonly folder: string
  /** Of the database that must come out. */
  readonly sha256: string
  readonly databaseBytes: number
}

export interface SmallFiles {
  readonly count: number
  readonly pagesEach: number
}

/** A replica of `database`: a snapshot of it and, after it, small level 0 files that change pages here and there. */
export async function makeReplica(
  database: string,
  folder: string,
  small: SmallFiles = { count: 0, pagesEach: 0 },
): Promise<SampleReplica> {
  const commit = statSync(database).size / PAGE_SIZE
  await using client = fileClient({ path: folder, env: nodeEnv() })
  await store(client, { level: 9, txid: 1, commit, pages: () => pagesOfFile(database) })
  if (small.count === 0) return { folder, sha256: await hashOf(database), databaseBytes: commit * PAGE_SIZE }
  const expected = `${folder}.expected`
  copyFileSync(database, expected)
  const descriptor = openSync(expected, 'r+')
  try {
    for (let index = 0; index < small.count; index++) {
      const pages = changedPages(descriptor, pageNumbers(index, small.pagesEach, commit), index)
      await store(client, { level: 0, txid: index + 2, commit, pages: () => pages })
    }
  } finally {
    closeSync(descriptor)
  }
  const sha256 = await hashOf(expected)
  rmSync(expected)
  return { folder, sha256, databaseBytes: commit * PAGE_SIZE }
}

/** Scattered over the file, another set for each index, ascending. */
function pageNumbers(index: number, count: number, commit: number): number[] {
  const numbers = new Set<number>()
  for (let step = 0; numbers.size < Math.min(count, commit, LOCK_PAGE - 1); step++) {
    numbers.add(1 + ((index * 104_729 + step * 15_485_863) % Math.min(commit, LOCK_PAGE - 1)))
  }
  return [...numbers].toSorted((a, b) => a - b)
}

function changedPages(descriptor: number, numbers: readonly number[], index: number): PageInput[] {
  return numbers.map((pageNumber) => {
    const data = new Uint8Array(PAGE_SIZE)
    const position = (pageNumber - 1) * PAGE_SIZE
    readSync(descriptor, data, 0, PAGE_SIZE, position)
    new DataView(data.buffer).setUint32(PAGE_SIZE - 64, index + 1)
    writeSync(descriptor, data, 0, PAGE_SIZE, position)
    return { pageNumber, data }
  })
}

interface StoredFile {
  readonly level: number
  readonly txid: number
  readonly commit: number
  /** From the first page, as often as it is called. */
  readonly pages: () => Iterable<PageInput>
}

async function store(client: ReplicaClient, { level, txid, commit, pages }: StoredFile): Promise<void> {
  const key = { level, minTXID: toTxid(BigInt(txid)), maxTXID: toTxid(BigInt(txid)) }
  const header = createHeader({ ...key, pageSize: PAGE_SIZE, commit, timestampMs: Date.now() })
  await client.writeFile(key, () => encodeFile(header, pages()))
}
