import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { nodeEnv } from '@ltx/env/node'
import { restore } from '@ltx/restore'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import type { Store } from '../src/lib/store/store.ts'
import { assertSameImage } from './local-image.ts'
import { ScratchStore } from './scratch-store.ts'

// Whatever is damaged in the state folder while we are down: it is noticed, made again from the replica and the database, and nothing is
// lost; with and without `auto-recover`.

const LEVEL0 = 'ltx/0'

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  const index = at < 0 ? bytes.length + at : at
  bytes[index] = (bytes[index] ?? 0) ^ 0x10
  writeFileSync(path, bytes)
}

/** Paths of the local level 0 files, oldest first. */
function level0(meta: string): string[] {
  return readdirSync(`${meta}/${LEVEL0}`)
    .toSorted()
    .map((name) => `${meta}/${LEVEL0}/${name}`)
}

const newest = (meta: string): string => level0(meta).at(-1) ?? ''
const older = (meta: string): string => level0(meta).at(-2) ?? ''

const damages: Readonly<Record<string, (meta: string) => void>> = {
  'a bit of position': (meta) => flip(`${meta}/position`, 40),
  'position is cut': (meta) => truncateSync(`${meta}/position`, 20),
  'position is gone': (meta) => rmSync(`${meta}/position`),
  'a bit of seal': (meta) => flip(`${meta}/seal`, 40),
  'a bit of main': (meta) => flip(`${meta}/main`, 30),
  'a bit of both headers of pages': (meta) => [8, 2056].forEach((at) => flip(`${meta}/pages`, at)),
  'a bit of an entry of pages': (meta) => flip(`${meta}/pages`, 4096 + 3),
  'pages is cut': (meta) => truncateSync(`${meta}/pages`, 4096 + 11),
  'pages is empty': (meta) => truncateSync(`${meta}/pages`, 0),
  'pages is gone': (meta) => rmSync(`${meta}/pages`),
  'a bit in the body of the newest file': (meta) => flip(newest(meta), 150),
  'a bit in the end of the newest file': (meta) => flip(newest(meta), -3),
  'the newest file is cut': (meta) => truncateSync(newest(meta), 150),
  'the newest file is empty': (meta) => truncateSync(newest(meta), 0),
  'the newest file is gone': (meta) => rmSync(newest(meta)),
  'a bit in an older file': (meta) => flip(older(meta), 150),
  'an older file is gone': (meta) => rmSync(older(meta)),
  'no file is left': (meta) => rmSync(`${meta}/${LEVEL0}`, { recursive: true }),
  'the folder is gone': (meta) => rmSync(meta, { recursive: true }),
}

async function begin(scratch: ScratchStore, client: MemoryClient, autoRecover: boolean): Promise<Store> {
  const store = scratch.store({ compactionEnabled: false, l0RetentionMs: 1 })
  await store.addDatabase({ path: scratch.path(), client, settings: { autoRecover } })
  await store.open()
  return store
}

async function assertRestores(
  scratch: ScratchStore,
  client: MemoryClient,
  app: Sqlite.Database,
): Promise<void> {
  const outputPath = scratch.path(`restored-${scratch.env.random.hex(4)}.db`)
  await restore({ client, env: nodeEnv(), outputPath })
  assertSameImage(new Uint8Array(readFileSync(outputPath)), app.serialize(), 4096)
}

/** With the application quiet continuity can be proven: only what proves it matters. */
const PROOF = /position|seal|main|newest/
const QUIET = 'the application is quiet'

for (const [what, damage] of Object.entries(damages)) {
  for (const whileDown of [QUIET, 'the application goes on and empties its WAL']) {
    if (whileDown === QUIET && !PROOF.test(what)) continue
    test(`damaged: ${what}, ${whileDown} → followed again, the replica holds the database, trimming goes on`, async () => {
      await using scratch = new ScratchStore()
      const client = memoryClient()
      const app = scratch.app()
      const commit = (): unknown => app.exec('INSERT INTO t VALUES (randomblob(3000))')
      for (let row = 0; row < 20; row++) commit()
      const before = await begin(scratch, client, false)
      const [first] = before.databases
      for (let round = 0; round < 3; round++) {
        commit()
        await first?.sync()
        await first?.compact(1)
        if (round === 1) await first?.enforceRetention() // makes the page table
      }
      await before.close()
      const meta = metaPathOf(scratch.path())
      damage(meta)
      if (whileDown !== QUIET) {
        for (let row = 0; row < 3; row++) commit()
        app.pragma('wal_checkpoint(TRUNCATE)')
        commit()
      }
      const after = await begin(scratch, client, true)
      const [database] = after.databases
      commit()
      await database?.sync()
      await assertRestores(scratch, client, app)
      for (let round = 0; round < 2; round++) {
        commit()
        await database?.sync()
        await database?.compact(1)
        await scratch.env.clock.sleep(2)
        await database?.enforceRetention()
      }
      assert.ok(level0(meta).length <= 2, 'old local files go')
      await assertRestores(scratch, client, app)
      await after.close()
    })
  }
}
