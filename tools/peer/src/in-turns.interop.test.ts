import { rm } from 'node:fs/promises'
import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { Application } from '../test/application.ts'
import { takeTurn, type Ending, type Who } from '../test/turns.ts'
import { Workspace } from '../test/workspace.ts'
import { installLitestream, runProgram } from './index.ts'

interface Between {
  readonly name: string
  /** What happens while nobody replicates. */
  readonly act: (workspace: Workspace, application: Application) => Promise<void>
  /** Litestream loses the write before the checkpoint; the next turn of ours brings it back. */
  readonly goMayLose?: boolean
}

const betweens: readonly Between[] = [
  { name: 'nothing', act: async () => {} },
  { name: 'writes', act: (_, application) => application.write(10) },
  {
    name: 'a TRUNCATE checkpoint and a write',
    act: async (_, application) => {
      await application.write(5)
      assert.ok(await application.checkpoint('TRUNCATE'))
      await application.write(1)
    },
  },
  {
    name: 'a FULL checkpoint and a write',
    goMayLose: true,
    act: async (_, application) => {
      await application.write(5)
      assert.ok(await application.checkpoint('FULL'))
      await application.write(1)
    },
  },
  {
    name: 'the application closes, which deletes the WAL, and comes back',
    act: async (_, application) => {
      await application.write(5)
      await application.close()
      await application.open()
    },
  },
  {
    name: 'local state deleted, and writes',
    act: async (workspace, application) => {
      await application.write(5)
      await rm(workspace.meta, { recursive: true })
    },
  },
  {
    name: '`litestream reset`, and writes',
    act: async (workspace, application) => {
      await application.write(5)
      const config = await workspace.configure()
      const finished = await runProgram(await installLitestream(), [
        'reset',
        '-config',
        config,
        workspace.database,
      ])
      assert.equal(finished.code, 0, finished.stderr)
    },
  },
]

const orders: readonly (readonly Who[])[] = [
  ['go', 'ours', 'go', 'ours'],
  ['ours', 'go', 'ours', 'go'],
]

for (const ending of ['stop', 'kill'] satisfies Ending[]) {
  for (const order of orders) {
    describe(`in turns ${order.join(', ')}, each ending with ${ending}`, () => {
      for (const { name, act, goMayLose } of betweens) {
        test.concurrent(`between them ${name} → both restore the database after every turn, and TXIDs go on`, async () => {
          await using workspace = await Workspace.make()
          await using application = await Application.start({ path: workspace.database, pageSize: 4096 })
          await application.write(200)
          for (const [index, who] of order.entries()) {
            if (index > 0) await act(workspace, application)
            await takeTurn(workspace, application, {
              who,
              ending,
              goMayLose: goMayLose === true && index > 0,
            })
          }
          assert.deepEqual(await application.rows('PRAGMA integrity_check'), [{ integrity_check: 'ok' }])
        })
      }
    })
  }
}
