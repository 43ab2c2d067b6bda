import assert from 'node:assert/strict'
import type { FileInfo, ReplicaClient } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { mergeFiles } from '@ltx/compactor'
import { formatFileName, toTxid } from '@ltx/format'
import { encodeFileSpec, patternedPage, withBitFlipped } from '@ltx/format/testing'
import { planRestore } from '@ltx/restore'
import { test } from 'vitest'
import { listInWords } from '../../../test/file-list.ts'
import { RemoteFiles } from '../replica/remote-files.ts'
import { absorbFiles } from './absorb-files.ts'
import { PageTable, type TableState } from './page-table.ts'
import { rebuildTable } from './rebuild-table.ts'

const PAGE = 512

/** Commit and changed pages of TXID 1, 2 …; among them a shrink, a regrowth, and pages that change again and again. */
const history: readonly (readonly [commit: number, pages: readonly number[]])[] = [
  [9, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [9, [1, 4]],
  [6, [1, 2]],
  [6, [3, 6]],
  [8, [1, 7, 8]],
  [8, [5]],
  [12, [1, 9, 10, 11, 12]],
  [11, [1, 3]],
]

/** Levels as compaction leaves them: a snapshot, a file of level 2, one of level 1, and the newest of level 0. */
const stored: readonly (readonly [level: number, min: number, max: number])[] = [
  [9, 1, 2],
  [2, 3, 4],
  [1, 5, 6],
  [0, 7, 7],
  [0, 8, 8],
]

const CHECKSUM = 0x1234n

class Scene {
  readonly env: SimEnv = simEnv({ seed: 5 })
  readonly client: MemoryClient = memoryClient()

  static async make(): Promise<Scene> {
    const scene = new Scene()
    for (const folder of ['/absorbed', '/rebuilt']) scene.env.blockingFiles.makeDirectory(folder)
    for (const [level, min, max] of stored) {
      const bytes = await merged(min, max)
      const key = { level, minTXID: toTxid(BigInt(min)), maxTXID: toTxid(BigInt(max)) }
      await scene.client.writeFile(key, async function* once() {
        yield bytes
      })
    }
    return scene
  }

  async plan(txid = 8n): Promise<readonly FileInfo[]> {
    const { levels } = await RemoteFiles.load(this.client)
    return planRestore(levels, { kind: 'txid', txid: toTxid(txid) }).files
  }

  async rebuild(files: readonly FileInfo[], txid = 8n, client: ReplicaClient = this.client): Promise<void> {
    const job = { metaPath: '/rebuilt', files, txid: toTxid(txid), fileChecksum: CHECKSUM }
    await rebuildTable(this.env, client, job, {})
  }

  async absorb(upTo: number): Promise<void> {
    const files = history.slice(0, upTo).map((_, index) => {
      const txid = toTxid(BigInt(index + 1))
      const path = `/absorbed/${formatFileName(txid, txid)}`
      using handle = this.env.blockingFiles.open(path, 'create')
      handle.write(level0(index + 1), 0)
      return { txid, path }
    })
    using table = PageTable.open(this.env.blockingFiles, '/absorbed')
    await absorbFiles(this.env.blockingFiles, table, files, 0n, () => Promise.resolve())
  }

  read(folder: string): { readonly state: TableState | null; readonly entries: readonly bigint[] } {
    using table = PageTable.open(this.env.blockingFiles, folder)
    const entries = new BigUint64Array(20)
    table.read(1, entries)
    return { state: table.state, entries: [...entries] }
  }
}

function level0(txid: number): Uint8Array {
  const [commit, pages] = history[txid - 1] ?? [0, []]
  const data = (pageNumber: number): Uint8Array => patternedPage(PAGE, pageNumber, BigInt(txid))
  return encodeFileSpec({
    pageSize: PAGE,
    commit,
    minTXID: BigInt(txid),
    maxTXID: BigInt(txid),
    timestampMs: txid * 1000,
    pages: pages.map((pageNumber) => ({ pageNumber, data: data(pageNumber) })),
  })
}

async function merged(min: number, max: number): Promise<Uint8Array> {
  const sources = Array.from({ length: max - min + 1 }, (_, index) => ({
    open: async function* once() {
      yield level0(min + index)
    },
  }))
  const chunks: Uint8Array[] = []
  for await (const chunk of mergeFiles(sources)) chunks.push(chunk.slice())
  return Buffer.concat(chunks)
}

test('rebuildTable: a replica of several levels → the table that absorbing every local file gives', async () => {
  const scene = await Scene.make()
  const files = await scene.plan()
  assert.equal(listInWords(files), '9:1-2 2:3-4 1:5-6 0:7 8')
  await scene.rebuild(files)
  await scene.absorb(8)
  const [absorbed, rebuilt] = [scene.read('/absorbed'), scene.read('/rebuilt')]
  assert.deepEqual(rebuilt.entries.slice(0, 11), absorbed.entries.slice(0, 11))
  assert.ok(absorbed.entries.slice(0, 11).every((entry) => entry !== 0n))
  assert.deepEqual(rebuilt.state, { ...absorbed.state, fileChecksum: CHECKSUM, sequence: 1 })
})

test('rebuildTable: at an earlier TXID, after a shrink → nothing of the pages that are gone', async () => {
  const scene = await Scene.make()
  await scene.rebuild(await scene.plan(4n), 4n)
  await scene.absorb(4)
  const [absorbed, rebuilt] = [scene.read('/absorbed'), scene.read('/rebuilt')]
  assert.deepEqual(rebuilt.entries, absorbed.entries)
  assert.deepEqual([rebuilt.state?.txid, rebuilt.state?.commit], [4n, 6])
  assert.ok(rebuilt.entries.slice(6).every((entry) => entry === 0n))
})

test('rebuildTable: there was another table → nothing of it is left', async () => {
  const scene = await Scene.make()
  {
    using table = PageTable.open(scene.env.blockingFiles, '/rebuilt')
    table.write(1, new BigUint64Array(20).fill(99n))
    const state = { pageSize: 4096, commit: 20, txid: toTxid(77n), fileChecksum: 1n, inode: 1n }
    for (let sequence = 0; sequence < 3; sequence++) table.commit(state)
  }
  await scene.rebuild(await scene.plan())
  const { state, entries } = scene.read('/rebuilt')
  assert.deepEqual([state?.txid, state?.pageSize, state?.commit], [8n, PAGE, 11])
  assert.ok(entries.every((entry) => entry !== 99n))
})

test('rebuildTable: a stored file is damaged → FormatError, the table is valid for nothing', async () => {
  const scene = await Scene.make()
  await scene.rebuild(await scene.plan())
  for (const [path, object] of scene.client.storage.objects) {
    if (!path.includes('/2/')) continue
    scene.client.storage.objects.set(path, { ...object, bytes: withBitFlipped(object.bytes, 150, 2) })
  }
  await assert.rejects(scene.rebuild(await scene.plan()), { name: 'FormatError' })
  assert.equal(scene.read('/rebuilt').state, null)
})

test('rebuildTable: the storage fails in the middle → its error, the table is valid for nothing', async () => {
  const scene = await Scene.make()
  await scene.rebuild(await scene.plan())
  const files = await scene.plan()
  const rules = Array.from({ length: 50 }, (_, index) => ({
    call: 'readFile' as const,
    nth: index + 3,
    fault: { kind: 'fail' as const },
  }))
  const failing = withFaults(scene.client, scene.env, { rules })
  const [rebuilt] = await Promise.allSettled([
    scene.rebuild(files, 8n, failing),
    scene.env.clock.runUntilIdle(),
  ])
  assert.equal(rebuilt.status, 'rejected')
  assert.equal(scene.read('/rebuilt').state, null)
})

test('rebuildTable: no file at all → valid for nothing', async () => {
  const scene = await Scene.make()
  await scene.rebuild([])
  assert.equal(scene.read('/rebuilt').state, null)
})
