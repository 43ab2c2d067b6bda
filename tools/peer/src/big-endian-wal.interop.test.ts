import assert from 'node:assert/strict'
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises'
import { test } from 'vitest'
import { Application } from '../test/application.ts'
import { asBigEndianWal } from '../test/big-endian-wal.ts'
import { OurReplicator } from '../test/our-replicator.ts'
import { assertBothRestore } from '../test/restore-with-both.ts'
import { Workspace } from '../test/workspace.ts'

const IDS = 'SELECT count(*) AS n, sum(id) AS ids FROM t'

for (const pageSize of [512, 4096, 65_536]) {
  test(`big-endian WAL beside a database of ${pageSize}-byte pages: replicated by us, and written on by SQLite → restored equal by both`, async () => {
    await using workspace = await Workspace.make()
    const { database, replica } = workspace
    const source = await databaseWithBigEndianWal(workspace, pageSize)
    await using ours = await OurReplicator.start({ database, replica })
    await ours.sync()
    assert.equal(await magicOf(`${database}-wal`), 0x377f0683, 'nobody may have restarted the WAL')

    await using application = await Application.start({ path: database, pageSize })
    assert.deepEqual(await application.rows(IDS), source, 'SQLite does not read this WAL whole')
    await assertBothRestore(replica, await application.image())
    await application.write(20)
    await ours.sync()
    assert.equal(await magicOf(`${database}-wal`), 0x377f0683, 'the new frames belong to the same generation')
    await assertBothRestore(replica, await application.image())
    await ours.stop()
    assert.ok(await application.checkpoint('TRUNCATE'))
    await assertBothRestore(replica, await readFile(database))
  })
}

/** Copies a database and its WAL while the application is idle, with the WAL turned round. @returns what its rows are. */
async function databaseWithBigEndianWal(
  workspace: Workspace,
  pageSize: number,
): Promise<Record<string, unknown>[]> {
  const original = workspace.path('original.db')
  await using application = await Application.start({ path: original, pageSize })
  await application.exec('PRAGMA wal_autocheckpoint = 0')
  await application.write(60)
  await application.exec('UPDATE t SET payload = randomblob(500) WHERE id % 5 = 0')
  await copyFile(original, workspace.database)
  const wal = await readFile(`${original}-wal`)
  assert.ok(wal.length > 20 * pageSize, `${wal.length} bytes of WAL`)
  await writeFile(`${workspace.database}-wal`, asBigEndianWal(wal))
  assert.ok((await stat(workspace.database)).size < wal.length, 'most is in the WAL alone')
  return await application.rows(IDS)
}

async function magicOf(wal: string): Promise<number> {
  return (await readFile(wal)).readUInt32BE(0)
}
