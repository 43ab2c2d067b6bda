import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { Application } from '../test/application.ts'
import { BETWEENS } from '../test/betweens.ts'
import { takeTurn, type Ending, type Who } from '../test/turns.ts'
import { Workspace } from '../test/workspace.ts'

/** Each case has the next of these page sizes. */
const PAGE_SIZES = [512, 4096, 65_536]

const orders: readonly (readonly Who[])[] = [
  ['go', 'ours', 'go', 'ours'],
  ['ours', 'go', 'ours', 'go'],
]

for (const ending of ['stop', 'kill'] satisfies Ending[]) {
  for (const order of orders) {
    describe(`in turns ${order.join(', ')}, each ending with ${ending}`, () => {
      for (const [at, { name, act, goMayLose }] of BETWEENS.entries()) {
        test.concurrent(`between them ${name} → both restore the database after every turn, and TXIDs go on`, async () => {
          await using workspace = await Workspace.make()
          await using application = await Application.start({
            path: workspace.database,
            pageSize: PAGE_SIZES[at % 3] ?? 4096,
          })
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
