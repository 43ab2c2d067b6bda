import assert from 'node:assert/strict'
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { test } from 'vitest'
import { collectFiles } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import type { FileCall } from './faulty-files.ts'
import { ScratchStore } from './scratch-store.ts'
import { World } from './world.ts'

// The crash table of engine.md §9: stop there, start again, compare. Rows that are about the WAL alone are in continuity-rules.test.ts,
// those about the lock of a checkpoint in run-checkpoint.test.ts.

/** Every call that writing one level 0 file makes; the process ends right before it. */
const steps: readonly [step: string, call: FileCall, part: string][] = [
  ['the temporary is made', 'open', '/ltx/0/'],
  ['its bytes are written', 'write', '/ltx/0/'],
  ['it is synced', 'sync', '/ltx/0/'],
  ['it is renamed', 'rename', '/ltx/0/'],
  ['the folder is synced', 'syncDirectory', '/ltx/0'],
  ['the position is written', 'open', '/position'],
  ['the bytes of the position are written', 'write', '/position'],
]

for (const [step, call, part] of steps) {
  test(`crash: killed before ${step} → swept, nothing lost, nothing written twice`, async () => {
    using world = new World()
    const before = await world.follow()
    await before.sync()
    world.insert(3)
    const revive = world.dieBefore(call, part)
    await assert.rejects(before.sync())
    world.crash()
    revive()
    world.insert(2)
    const after = await world.follow()
    await after.sync()
    world.assertCaptured()
    const names = readdirSync(`${world.metaPath}/ltx/0`)
    assert.equal(names.filter((name) => name.includes('.tmp')).length, 0)
    assert.ok(names.length <= 3, 'the rest is one difference at most')
  })
}

test('crash: the tail was read in the lock, its file is not durable, the WAL begins anew → compared', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 10, checkpointIntervalMs: 0 },
  })
  const before = await world.follow()
  await before.sync()
  world.insert(500, 3000)
  let revive: () => void = world.slipIn()
  world.driver.once('BEGIN IMMEDIATE', () => {
    world.insert(1)
    revive = world.dieBefore('rename', '/ltx/0/')
  })
  await assert.rejects(before.sync())
  world.crash()
  revive()
  world.insert(1)
  const after = await world.follow()
  assert.equal((await after.sync()).resync?.because, 'not-covered')
  world.assertCaptured()
})

test('crash: killed with the write lock → it is gone with the process, the application writes on', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 10, checkpointIntervalMs: 0 },
  })
  const before = await world.follow()
  await before.sync()
  world.insert(500, 3000)
  world.slipIn()
  const stop = world.driver.before((sql) => {
    if (sql === 'main.wal_checkpoint(NOOP)' && world.driver.statements.includes('BEGIN IMMEDIATE'))
      throw new Error('killed')
  })
  await assert.rejects(before.sync())
  world.crash()
  stop()
  world.insert(1)
  const after = await world.follow()
  await after.sync()
  world.assertCaptured()
})

test('crash: another file was moved to the name while we were down, under a kept -wal → compared', async () => {
  using world = new World()
  const before = await world.follow()
  world.insert(50, 3000)
  await before.sync()
  world.checkpoint('PASSIVE')
  copyFileSync(world.path, `${world.path}.backup`)
  world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id <= 20')
  await before.sync()
  world.checkpoint('PASSIVE')
  await before.sync()
  world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id > 40') // in the next generation
  await before.sync()
  world.crash()
  const wal = readFileSync(`${world.path}-wal`)
  world.reopenApp(() => {
    renameSync(`${world.path}.backup`, world.path)
    world.writeWal(wal)
  })
  const after = await world.follow()
  assert.equal((await after.sync()).resync?.because, 'no-position')
  world.assertCaptured()
})

async function replicated(scratch: ScratchStore, client: MemoryClient, commits: number): Promise<void> {
  const app = scratch.app()
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  for (let commit = 0; commit < commits; commit++) {
    app.exec('INSERT INTO t VALUES (randomblob(2000))')
    await database.sync()
  }
  await store.close()
}

function level0(client: MemoryClient): Promise<bigint[]> {
  return collectFiles(client.listFiles(0)).then((files) => files.map(({ maxTXID }) => maxTXID))
}

test('crash: after the rename, before the upload → it goes up as it is', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const memory = memoryClient()
  await replicated(scratch, memory, 1)
  const rules = Array.from({ length: 50 }, (_, index) => ({
    call: 'writeFile' as const,
    nth: index + 1,
    fault: { kind: 'fail' as const },
  }))
  const offline = scratch.store({
    compactionEnabled: false,
    shutdownSyncTimeoutMs: 0,
    shutdownSyncIntervalMs: 1,
  })
  const database = await offline.addDatabase({
    path: scratch.path(),
    client: withFaults(memory, scratch.env, { rules }),
  })
  await offline.open()
  app.exec('INSERT INTO t VALUES (2)')
  await scratch.until('a local file', () => database.status().txid !== database.status().replicatedTXID)
  await offline.close()
  const directory = `${metaPathOf(scratch.path())}/ltx/0`
  const local =
    readdirSync(directory)
      .filter((name) => name.endsWith('.ltx'))
      .toSorted()
      .at(-1) ?? ''
  const bytes = readFileSync(`${directory}/${local}`)
  await replicated(scratch, memory, 0)
  const stored = [...memory.storage.objects].find(([path]) => path.endsWith(local))
  assert.deepEqual(Buffer.from(stored?.[1].bytes ?? []), bytes)
  assert.equal(await scratch.restoredRows(memory), 2)
})

test('crash: uploaded, the local file lost → the stored one is the truth, what follows is a difference', async () => {
  await using scratch = new ScratchStore()
  const memory = memoryClient()
  await replicated(scratch, memory, 3)
  const before = await level0(memory)
  const directory = `${metaPathOf(scratch.path())}/ltx/0`
  rmSync(`${directory}/${readdirSync(directory).toSorted().at(-1)}`)
  await replicated(scratch, memory, 1)
  assert.equal(await scratch.restoredRows(memory), 4)
  assert.ok((await level0(memory)).length > before.length)
})

test('crash: the state folder is gone, the replica is ahead → TXIDs go on after the stored ones', async () => {
  await using scratch = new ScratchStore()
  const memory = memoryClient()
  await replicated(scratch, memory, 3)
  const newest = (await level0(memory)).at(-1) ?? 0n
  rmSync(metaPathOf(scratch.path()), { recursive: true })
  await replicated(scratch, memory, 1)
  assert.ok(((await level0(memory)).at(-1) ?? 0n) > newest)
  assert.equal(await scratch.restoredRows(memory), 4)
})

test("crash: a dead process's upload arrives late, with other bytes → nothing overwritten, found at the next start, restored right", async () => {
  await using scratch = new ScratchStore()
  const memory = memoryClient()
  await replicated(scratch, memory, 2)
  const state = metaPathOf(scratch.path())
  const saved = readdirSync(`${state}/ltx/0`).map(
    (name) => [name, readFileSync(`${state}/ltx/0/${name}`)] as const,
  )
  await replicated(scratch, memory, 1) // what the dead one had sent
  const late = new Map(memory.storage.objects)
  rmSync(`${state}/position`, { force: true })
  for (const name of readdirSync(`${state}/ltx/0`))
    if (!saved.some(([kept]) => kept === name)) rmSync(`${state}/ltx/0/${name}`)
  await replicated(scratch, memory, 1)
  for (const [path, object] of late) assert.deepEqual(memory.storage.objects.get(path)?.bytes, object.bytes)
  assert.equal(await scratch.restoredRows(memory), 4)
})

test('crash: the replica was emptied while we were down → everything is there again', async () => {
  await using scratch = new ScratchStore()
  const memory = memoryClient()
  await replicated(scratch, memory, 3)
  memory.storage.objects.clear()
  await replicated(scratch, memory, 1)
  assert.equal(await scratch.restoredRows(memory), 4)
})
