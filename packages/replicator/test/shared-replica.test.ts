import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient } from '@ltx/client-core/memory'
import type { ReplicatorEvent } from '../src/lib/events.ts'
import { ScratchStore } from './scratch-store.ts'

const ROWS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)'
/** About sixty pages. */
const INSERT = `${ROWS} INSERT INTO t SELECT randomblob(4000) FROM n`

type EventOf<Kind> = Extract<ReplicatorEvent, { kind: Kind }>

function told<Kind extends ReplicatorEvent['kind']>(
  scratch: ScratchStore,
  name: string,
  kind: Kind,
): EventOf<Kind>[] {
  return scratch.events.filter(
    (event): event is EventOf<Kind> => event.kind === kind && event.path === scratch.path(name),
  )
}

/** Begins to follow a database, and ends when its replica has everything. */
async function replicated(
  scratch: ScratchStore,
  name: string,
  client: ReturnType<typeof memoryClient>,
): Promise<void> {
  const store = scratch.store()
  await store.open()
  const database = await store.addDatabase({ path: scratch.path(name), client })
  await database.sync()
  await store.close()
}

test('Store: a database that comes to the replica of another → told; coming back, the first is told whose that is', async () => {
  await using scratch = new ScratchStore()
  const client = memoryClient()
  for (const name of ['a.db', 'b.db']) scratch.app(name).exec(INSERT)
  await replicated(scratch, 'a.db', client)
  assert.equal(told(scratch, 'a.db', 'start').at(-1)?.isOthers, undefined)
  await replicated(scratch, 'b.db', client)
  assert.deepEqual(
    told(scratch, 'b.db', 'resync').map(({ full, isAnother }) => [full, isAnother]),
    [[false, true]],
  )
  await replicated(scratch, 'a.db', client)
  const [start] = told(scratch, 'a.db', 'start').slice(-1)
  assert.deepEqual([start?.plan, start?.isOthers], ['rebase', true])
})

test('Store: local state is lost, and the replica is its own → nobody is suspected', async () => {
  await using scratch = new ScratchStore()
  const client = memoryClient()
  const app = scratch.app('a.db')
  app.exec(INSERT)
  await replicated(scratch, 'a.db', client)
  await scratch.env.files.removeTree(scratch.path('.a.db-litestream'))
  app.exec(INSERT)
  await replicated(scratch, 'a.db', client)
  const [start] = told(scratch, 'a.db', 'start').slice(-1)
  const [resync] = told(scratch, 'a.db', 'resync').slice(-1)
  assert.deepEqual([start?.plan, start?.isOthers], ['rebase', undefined])
  assert.deepEqual([resync?.full, resync?.isAnother], [false, undefined])
})
