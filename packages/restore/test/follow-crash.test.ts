import assert from 'node:assert/strict'
import type { CrashKeeps } from '@ltx/env/sim'
import { test } from 'vitest'
import { isRestoreError } from '../src/index.ts'
import { rollBack } from '../src/lib/follow/rollback-journal.ts'
import {
  COPY,
  addFile,
  assertCopy,
  comparable,
  dyingEnv,
  followUntil,
  reaches,
  replicaOf,
} from './followed-copy.ts'
import { type History, randomHistory } from './history.ts'
import { contentOf, instantEnv, makeInstant } from './instant-env.ts'
import { replayable, SEED } from './seed.ts'
import type { MemoryStorage } from '@ltx/client-core/memory'

const FIRST = 6
const LAST = 12

/** A copy at transaction 6, whose replica has gone on to 12. */
async function scene(
  seed: number,
): Promise<{ env: ReturnType<typeof instantEnv>; history: History; storage: MemoryStorage }> {
  const history = randomHistory({ seed, pageSize: 512, transactions: LAST, pagesMax: 40 })
  const storage = replicaOf(history, ({ maxTXID }) => maxTXID <= FIRST)
  const env = instantEnv(seed)
  await followUntil(env, storage, reaches(FIRST))
  for (const file of history.files) addFile(storage, history, file)
  return { env, history, storage }
}

/** Dies at one operation, looks at what a reader would find, and goes on. */
async function dieAndGoOn(seed: number, dieAt: number, keeps: CrashKeeps | 'everything'): Promise<boolean> {
  const { env, history, storage } = await scene(seed)
  const dying = dyingEnv(env, dieAt, keeps)
  await followUntil(dying.env, storage, (event) => event.kind === 'failed' || reaches(LAST)(event)).catch(
    () => {},
  )
  const next = dying.next()
  if (next === null) return false
  makeInstant(next)
  {
    await using database = await next.files.open(COPY, 'read-write')
    await rollBack(next.files, COPY, database, '/copy') // as SQLite does when a reader comes
  }
  const found = comparable(await contentOf(next, COPY))
  const isState = [FIRST, LAST].some(
    (txid) => Buffer.compare(found, comparable(history.states[txid] ?? assert.fail())) === 0,
  )
  assert.ok(isState, 'a reader finds a mixture')
  await followUntil(next, storage, reaches(LAST))
  await assertCopy(next, history, LAST)
  assert.deepEqual(await next.files.list('/copy'), ['app.db', 'app.db-txid'])
  const note = new TextDecoder().decode(await contentOf(next, `${COPY}-txid`))
  assert.equal(note, `${LAST.toString(16).padStart(16, '0')}\n`)
  return true
}

for (const keeps of ['everything', 'nothing', 'some'] as const) {
  test(`follow: ${keeps === 'everything' ? 'kill -9' : `power loss, ${keeps} unsynced kept`} at each file operation of an update → a state of the source, and it goes on`, async () => {
    // which part of the unsynced is lost is chance: more histories
    for (let seed = SEED; seed < SEED + (keeps === 'some' ? 6 : 1); seed++) {
      await replayable(seed, async () => {
        let dieAt = 0
        while (await dieAndGoOn(seed, dieAt, keeps)) dieAt++
        assert.ok(dieAt > 30, `only ${dieAt} operations`)
      })
    }
  })
}

for (const keeps of ['everything', 'nothing'] as const) {
  test(`follow: death (${keeps} kept) at each file operation of the first restore → no copy, or one that goes on`, async () => {
    const history = randomHistory({ seed: SEED, pageSize: 512, transactions: LAST, pagesMax: 40 })
    const storage = replicaOf(history, () => true)
    await replayable(SEED, async () => {
      for (let dieAt = 0; ; dieAt++) {
        const env = instantEnv(SEED)
        const dying = dyingEnv(env, dieAt, keeps)
        await followUntil(dying.env, storage, (event) => event.kind !== 'restored').catch(() => {})
        const next = dying.next()
        if (next === null) return
        makeInstant(next)
        await followUntil(next, storage, reaches(LAST))
        await assertCopy(next, history, LAST)
      }
    })
  })
}

test('follow: any one file operation of an update fails → the copy stays right, and the update comes', async () => {
  const { env, history, storage } = await scene(SEED)
  await replayable(SEED, async () => {
    for (const operation of [
      'open',
      'read',
      'write',
      'truncate',
      'sync',
      'rename',
      'remove',
      'syncDirectory',
      'stat',
    ] as const) {
      const world = await scene(SEED)
      const stop = world.env.files.failAlways(operation, 'EIO', /app\.db/)
      let failures = 0
      const until = (event: { readonly kind: string }): boolean => {
        if (event.kind === 'failed' && ++failures === 3) stop()
        return 'txid' in event && event.txid === BigInt(LAST)
      }
      await followUntil(world.env, world.storage, until).catch(async (error: unknown) => {
        assert.ok(!isRestoreError(error), String(error)) // the first look at the copy already failed
        stop()
        await followUntil(world.env, world.storage, reaches(LAST))
      })
      await assertCopy(world.env, world.history, LAST)
    }
  })
  await followUntil(env, storage, reaches(LAST))
  await assertCopy(env, history, LAST)
})
