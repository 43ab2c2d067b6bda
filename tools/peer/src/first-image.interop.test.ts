import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'vitest'
import { Application } from '../test/application.ts'
import { OurReplicator } from '../test/our-replicator.ts'
import { assertBothRestore, restoreWithBoth, untilRestorable } from '../test/restore-with-both.ts'
import { describeFiles, storedFiles } from '../test/stored-files.ts'
import { LEVEL_ZERO, takeTurn, type Who } from '../test/turns.ts'
import { Workspace } from '../test/workspace.ts'
import { queryVfs, startLitestream } from './index.ts'

// A first replication uploads the image once: level 0 file 2, then the snapshot 1-1, then what follows (docs/decisions/0016). The real
// Litestream, and we, begin at each moment of that.

const COUNTS = 'SELECT count(*) AS n, max(id) AS last, sum(length(payload)) AS bytes FROM t'

interface Moment {
  readonly name: string
  /** What is stored then, `level/min-max`. */
  readonly stored: readonly string[]
}

const moments: readonly Moment[] = [
  { name: 'nothing is stored', stored: [] },
  { name: 'the small file 2 alone', stored: ['0/2-2'] },
  { name: 'the snapshot as well', stored: ['0/2-2', '9/1-1'] },
  { name: 'the next commit as well', stored: ['0/2-2', '0/3-3', '9/1-1'] },
]

/** A database of some 400 kB whose first replication has come as far as `moment`, and a commit that came after all of it. */
async function stoppedAt(moment: Moment, workspace: Workspace): Promise<Application> {
  const { database, replica } = workspace
  const application = await Application.start({ path: database, pageSize: 4096 })
  await application.exec('BEGIN')
  await application.write(150, 3000)
  await application.exec('COMMIT')
  await using ours = await OurReplicator.start({ database, replica, storeSettings: LEVEL_ZERO })
  await ours.sync()
  if (moment.stored.includes('0/3-3')) {
    await application.write(3)
    await ours.sync()
  }
  await ours.kill()
  for (const { level, minTXID, maxTXID, path: file } of await storedFiles(replica)) {
    if (!moment.stored.includes(`${level}/${minTXID}-${maxTXID}`)) await rm(file)
  }
  const left = await storedFiles(replica)
  assert.deepEqual(
    left.map(({ level, minTXID, maxTXID }) => `${level}/${minTXID}-${maxTXID}`),
    moment.stored,
    describeFiles(left),
  )
  return application
}

/** Both restore what is there, or both refuse; the VFS reads what restores. */
async function assertMoment(moment: Moment, application: Application, replica: string): Promise<void> {
  if (!moment.stored.includes('9/1-1')) return assert.equal(await restoreWithBoth(replica), null)
  await assertBothRestore(replica, await application.image())
  for (const [index, txid] of ([1n, 2n, 3n] as const).entries()) {
    const bytes = await restoreWithBoth(replica, { kind: 'txid', txid })
    assert.equal(bytes !== null, index < moment.stored.length, `TXID ${txid}`)
  }
  const [first] = await storedFiles(replica)
  const timestampMs = (first?.timestampMs ?? 0) + 1
  const restoredByTime = await restoreWithBoth(replica, { kind: 'timestamp', timestampMs })
  assert.equal(restoredByTime !== null, moment.stored.includes('0/3-3')) // else it is after everything that is stored
  assert.equal(await restoreWithBoth(replica, { kind: 'timestamp', timestampMs: timestampMs - 1 }), null)
  assert.deepEqual(await queryVfs(replica, COUNTS), await application.rows(COUNTS))
}

for (const moment of moments) {
  for (const who of ['go', 'ours'] satisfies Who[]) {
    for (const isKept of [true, false]) {
      const state = isKept ? 'kept' : 'removed'
      test(`first image: killed when ${moment.name} → restores as far as it is there; ${who} goes on with the local state ${state}, then the other does`, async () => {
        await using workspace = await Workspace.make()
        await using application = await stoppedAt(moment, workspace)
        await assertMoment(moment, application, workspace.replica)
        if (!isKept) await rm(workspace.meta, { recursive: true })
        await application.write(2)
        await takeTurn(workspace, application, { who, ending: 'kill', storeSettings: {} })
        await rm(workspace.meta, { recursive: true })
        const other = who === 'go' ? 'ours' : 'go'
        await takeTurn(workspace, application, { who: other, ending: 'stop', storeSettings: {} })
      })
    }
  }
}

const SHORT_YAML = `levels:
  - interval: 300ms
  - interval: 700ms
  - interval: 1500ms
l0-retention: 500ms
l0-retention-check-interval: 200ms`

test('first image: litestream goes on, makes levels 1 to 3 and deletes what is old → its levels begin at TXID 2, no complaint; then we do, then it', async () => {
  await using workspace = await Workspace.make()
  const last = moments.at(-1)
  assert.ok(last !== undefined)
  await using application = await stoppedAt(last, workspace)
  await rm(workspace.meta, { recursive: true })
  {
    await using go = await startLitestream(['replicate', '-config', await workspace.configure(SHORT_YAML)])
    await go.until('levels 1 to 3', async () => {
      await application.write(1)
      const files = await storedFiles(workspace.replica)
      return [1, 2, 3].every((level) => files.some((file) => file.level === level))
    })
    await untilRestorable(workspace.replica, () => application.image())
    await go.stop()
    assert.doesNotMatch(go.output(), /level=(ERROR|WARN)|\bgap\b|non-contiguous/i)
  }
  const files = await storedFiles(workspace.replica)
  for (const level of [1, 2, 3]) {
    assert.equal(files.find((file) => file.level === level)?.minTXID, 2n, describeFiles(files))
  }
  await assertBothRestore(workspace.replica, await application.image())
  assert.deepEqual(await queryVfs(workspace.replica, COUNTS), await application.rows(COUNTS))
  const storeSettings = { levels: [{ intervalMs: 300 }, { intervalMs: 700 }], verifyCompaction: true }
  await takeTurn(workspace, application, { who: 'ours', ending: 'stop', storeSettings })
  await takeTurn(workspace, application, { who: 'go', ending: 'stop' })
})
