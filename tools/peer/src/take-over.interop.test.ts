import assert from 'node:assert/strict'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'vitest'
import { Application } from '../test/application.ts'
import { OurReplicator } from '../test/our-replicator.ts'
import { assertBothRestore } from '../test/restore-with-both.ts'
import { describeFiles, storedFiles } from '../test/stored-files.ts'
import { LEVEL_ZERO, levelZeroBytes, takeTurn, type Ending } from '../test/turns.ts'
import { Workspace } from '../test/workspace.ts'

/** A database of some 4 MB that does not compress. */
async function bigDatabase(workspace: Workspace): Promise<Application> {
  const application = await Application.start({ path: workspace.database, pageSize: 4096 })
  await application.exec('BEGIN')
  await application.write(1300, 3000)
  await application.exec('COMMIT')
  return application
}

const lost: readonly { readonly name: string; readonly lose: (workspace: Workspace) => Promise<void> }[] = [
  { name: 'its local state kept', lose: async () => {} },
  { name: 'its local state deleted', lose: (workspace) => rm(workspace.meta, { recursive: true }) },
]

for (const ending of ['stop', 'kill'] satisfies Ending[]) {
  for (const { name, lose } of lost) {
    test(`takeover from litestream: ended with ${ending}, ${name}, writes and a TRUNCATE checkpoint while nobody was there → a difference goes up, not the image`, async () => {
      await using workspace = await Workspace.make()
      await using application = await bigDatabase(workspace)
      await takeTurn(workspace, application, { who: 'go', ending })
      await lose(workspace)
      await application.write(10)
      assert.ok(await application.checkpoint('TRUNCATE'))
      await application.write(3)
      const added = await takeTurn(workspace, application, { who: 'ours', ending })
      const databaseBytes = (await stat(workspace.database)).size
      assert.ok(databaseBytes > 4_000_000, `${databaseBytes} bytes`)
      const bytes = levelZeroBytes(added)
      assert.ok(bytes < databaseBytes / 20, `${bytes} bytes of ${databaseBytes}\n${describeFiles(added)}`)
      assert.deepEqual(
        added.filter(({ level }) => level !== 0),
        [],
      )
    })
  }
}

test('takeover by litestream: nothing happened in between → no whole image, it goes on from our position', async () => {
  await using workspace = await Workspace.make()
  await using application = await bigDatabase(workspace)
  await takeTurn(workspace, application, { who: 'go', ending: 'stop' }) // its tables are made here
  await takeTurn(workspace, application, { who: 'ours', ending: 'stop' })
  const added = await takeTurn(workspace, application, { who: 'go', ending: 'stop' })
  const databaseBytes = (await stat(workspace.database)).size
  const bytes = levelZeroBytes(added)
  assert.ok(bytes < databaseBytes / 4, `${bytes} bytes of ${databaseBytes}\n${describeFiles(added)}`)
})

test('replica with the first image at level 9 alone and level 0 from TXID 2 on → litestream restores it and takes it over, and we take it back', async () => {
  await using workspace = await Workspace.make()
  await using application = await bigDatabase(workspace)
  const { database, replica } = workspace
  {
    await using ours = await OurReplicator.start({ database, replica, storeSettings: LEVEL_ZERO })
    await application.write(5)
    await ours.sync()
    await application.write(5)
    await ours.stop()
  }
  await moveFirstImageToLevel9(replica)
  await assertBothRestore(replica, await application.image())
  await takeTurn(workspace, application, { who: 'go', ending: 'stop' })
  await rm(workspace.meta, { recursive: true })
  await takeTurn(workspace, application, { who: 'ours', ending: 'stop' })
  await takeTurn(workspace, application, { who: 'go', ending: 'kill' })
})

/** The layout in which the first image is stored once: a level 9 file 1-1, and level 0 from 2 on. */
async function moveFirstImageToLevel9(replica: string): Promise<void> {
  const name = '0000000000000001-0000000000000001.ltx'
  const [from, to] = [path.join(replica, 'ltx/0', name), path.join(replica, 'ltx/9', name)]
  await mkdir(path.dirname(to), { recursive: true })
  const files = await storedFiles(replica)
  if (files.some((file) => file.path === from)) await rename(from, to)
  const after = await storedFiles(replica)
  assert.equal(after.find(({ level }) => level === 0)?.minTXID, 2n, describeFiles(after))
  assert.equal(after.find(({ level }) => level === 9)?.maxTXID, 1n, describeFiles(after))
}

for (const [first, second] of [
  ['ours', 'ours'],
  ['go', 'ours'],
] as const) {
  test(`WAL restarted while stopped: ${first} replicated, the application appends, checkpoints FULL and writes once more, then ${second} → nothing is lost`, async () => {
    await using workspace = await Workspace.make()
    await using application = await Application.start({ path: workspace.database, pageSize: 4096 })
    await application.write(400)
    await takeTurn(workspace, application, { who: first, ending: 'stop' })
    // The row's page is far from what is written last: only the appended frame tells of it.
    await application.exec('UPDATE t SET payload = zeroblob(300) WHERE id = 7')
    assert.ok(await application.checkpoint('FULL'))
    await application.exec('UPDATE t SET payload = zeroblob(300) WHERE id = 390')
    const { database, replica } = workspace
    await using ours = await OurReplicator.start({ database, replica, storeSettings: LEVEL_ZERO })
    await ours.sync()
    await assertBothRestore(replica, await application.image())
    await ours.stop()
  })
}
