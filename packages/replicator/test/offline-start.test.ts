import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'vitest'
import type { ReplicaClient } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { restore } from '@ltx/restore'
import { OfflineWorld, QUIET } from './offline-world.ts'

// A start while the replica cannot be reached: what is committed meanwhile is captured, and goes up in the end, whatever the replica
// turns out to hold.

/** Every moment up to `last` restores. */
async function assertMoments(at: OfflineWorld, client: ReplicaClient, last: bigint): Promise<void> {
  for (let txid = 1n; txid <= last; txid++) {
    const outputPath = `${at.scratch.directory}/moment-${txid}.db`
    await restore({ client, env: nodeEnv(), outputPath, target: { kind: 'txid', txid: toTxid(txid) } })
  }
}

test('first start, unreachable → captured and said; reachable → it goes up as it is, moment by moment, with no second copy', async () => {
  await using at = new OfflineWorld()
  at.reachable(false)
  at.insert()
  const database = await at.start()
  await at.capture(database, 3)
  const { state, txid, replicatedTXID, error } = database.status()
  assert.deepEqual([state, txid, replicatedTXID], ['active', 5n, null])
  assert.match(String(error), /CLIENT_UNREACHABLE/)
  assert.deepEqual([at.localTXIDs(), at.stored().size], [[1n, 2n, 3n, 4n, 5n], 0])
  at.reachable(true)
  await at.capture(database, 1)
  await database.sync()
  assert.deepEqual([at.plans(), at.resyncs(), database.status().error], [['offline', 'continue'], 1, null])
  await assertMoments(at, at.memory, 6n)
  await at.assertAllRestored()
})

test('start after a run, unreachable → goes on after the newest local file; reachable → what is stored is continued', async () => {
  await using at = new OfflineWorld()
  await at.before(3)
  const stored = at.stored()
  at.reachable(false)
  const database = await at.start()
  const first = database.status().txid ?? 0n
  await at.capture(database, 3)
  assert.equal(database.status().txid, first + 3n)
  assert.equal(at.stored().size, stored.size)
  at.reachable(true)
  await database.sync()
  assert.deepEqual(at.plans().slice(-2), ['offline', 'continue'])
  for (const [name, bytes] of stored) assert.equal(at.stored().get(name), bytes)
  assert.equal(at.stored().size, stored.size + 3)
  await at.assertAllRestored()
})

test('unreachable while the application begins its WAL anew again and again → nothing is compared, nothing is lost', async () => {
  await using at = new OfflineWorld()
  await at.before(2)
  at.reachable(false)
  const database = await at.start()
  const before = at.resyncs()
  at.app.pragma('busy_timeout=0')
  for (let round = 0; round < 4; round++) {
    await at.capture(database, 2)
    at.app.pragma('wal_checkpoint(PASSIVE)')
    await database.live?.capture() // hands the pin over
    at.app.pragma('wal_checkpoint(TRUNCATE)')
  }
  at.reachable(true)
  await database.sync()
  assert.equal(at.resyncs(), before)
  await at.assertAllRestored()
})

test('unreachable, stopped and started again, twice → numbers go on; reachable at the third start → all goes up', async () => {
  await using at = new OfflineWorld()
  await at.before(1)
  at.reachable(false)
  for (let run = 0; run < 2; run++) {
    const database = await at.start()
    await at.capture(database, 2)
    await at.stop()
  }
  const locals = at.localTXIDs()
  assert.ok(locals.length >= 5, `${locals.length}`)
  at.reachable(true)
  const database = await at.start()
  await database.sync()
  await assertMoments(at, at.memory, locals.at(-1) ?? 0n)
  await at.assertAllRestored()
})

/** What the replica turns out to be. Each row: captured meanwhile, and then what `prepare` has made of the replica. */
const others: readonly [
  situation: string,
  ahead: number,
  captured: number,
  plan: string,
  prepare?: (at: OfflineWorld) => Promise<void> | void,
][] = [
  ['ahead by three, one was captured', 3, 1, 'rebase'],
  ['ahead by three, three were captured', 3, 3, 'rebase'],
  ['ahead by one, five were captured', 1, 5, 'rebase'],
  ['emptied, local files begin with a whole image', 0, 2, 'continue', (at) => at.memory.deleteAll()],
  [
    'emptied, and the oldest local file is gone',
    0,
    2,
    'republish',
    async (at) => {
      await at.memory.deleteAll()
      rmSync(`${at.metaPath}/ltx/0/0000000000000001-0000000000000001.ltx`)
    },
  ],
  [
    'as it was, and local state is lost',
    0,
    2,
    'rebase',
    (at) => rmSync(at.metaPath, { recursive: true, force: true }),
  ],
  [
    'shorter than what was captured, and local state is lost',
    0,
    9,
    'rebase',
    (at) => rmSync(at.metaPath, { recursive: true, force: true }),
  ],
]

for (const [situation, ahead, captured, plan, prepare] of others) {
  test(`unreachable; the replica turns out to be ${situation} → ${plan}, nothing is overwritten, nothing lost`, async () => {
    await using at = new OfflineWorld()
    await at.before(3)
    if (ahead > 0) await at.before(ahead, { metaPath: `${at.scratch.directory}/elsewhere` })
    await prepare?.(at)
    const stored = at.stored()
    at.reachable(false)
    const database = await at.start()
    await at.capture(database, captured)
    at.reachable(true)
    await database.sync()
    assert.deepEqual([at.plans().includes('offline'), at.plans().at(-1)], [true, plan])
    for (const [name, bytes] of stored) assert.equal(at.stored().get(name), bytes, name)
    await at.assertAllRestored()
    await at.capture(database, 2)
    await database.sync()
    await at.assertAllRestored()
    assert.ok(!at.scratch.kinds().includes('conflict'))
  })
}

test('sync, snapshot, compact, retention while it is unreachable → what was committed is captured, and they say why not more', async () => {
  await using at = new OfflineWorld()
  at.reachable(false)
  const database = await at.start()
  at.insert()
  await assert.rejects(database.sync(), { code: 'CLIENT_UNREACHABLE' })
  assert.ok((database.status().txid ?? 0n) > 0n)
  await assert.rejects(database.snapshot(), { code: 'CLIENT_UNREACHABLE' })
  await assert.rejects(database.compact(1), { code: 'CLIENT_UNREACHABLE' })
  await assert.rejects(database.enforceRetention(), { code: 'CLIENT_UNREACHABLE' })
  at.reachable(true)
  assert.equal((await database.snapshot())?.existed, false)
})

test('access is denied → an error that is heard, and capture goes on', async () => {
  await using at = new OfflineWorld()
  at.client.setPlan({
    rules: Array.from({ length: 1000 }, (_, index) => ({
      call: 'listFiles',
      nth: index + 1,
      fault: { kind: 'fail', code: 'CLIENT_DENIED' },
    })),
  })
  const database = await at.start()
  await at.capture(database, 2)
  await at.scratch.until('an error', () => at.scratch.kinds().includes('error'))
  const heard = at.scratch.events.find((event) => event.kind === 'error')
  assert.ok(heard?.kind === 'error' && heard.log && /CLIENT_DENIED/.test(heard.error.message))
  assert.match(String(database.status().error), /CLIENT_DENIED/)
  assert.ok((database.status().txid ?? 0n) >= 2n)
  at.reachable(true)
  await database.sync()
  await at.assertAllRestored()
})

test('even the connection fails at open → opened all the same, and followed', async () => {
  await using at = new OfflineWorld()
  at.client.setPlan({ rules: [{ call: 'init', nth: 1, fault: { kind: 'fail' } }], rates: { fail: 1 } })
  const database = await at.start()
  await at.capture(database, 1)
  assert.equal(database.status().state, 'active')
  at.reachable(true)
  await database.sync()
  await at.assertAllRestored()
})

test('closed while unreachable → what was committed last is local, and goes up at the next start', async () => {
  await using at = new OfflineWorld()
  at.reachable(false)
  await at.start()
  at.insert()
  await at.stop()
  assert.ok(at.localTXIDs().length > 0)
  at.reachable(true)
  const database = await at.start()
  await database.sync()
  await at.assertAllRestored()
})

test('asleep when it was stopped, unreachable → begins asleep, a commit wakes it; reachable → it goes up', async () => {
  await using at = new OfflineWorld()
  await at.before(2)
  at.app.close()
  await at.start().then(() => at.stop()) // sealed with nobody else there
  at.reachable(false)
  const store = at.scratch.store(QUIET)
  const database = await store.addDatabase({ path: at.scratch.path(), client: at.client })
  await store.open()
  assert.deepEqual([database.status().state, at.plans().at(-1)], ['dormant', 'offline'])
  const app = at.scratch.app()
  app.exec('INSERT INTO t VALUES (3)')
  await at.scratch.until('its waking up', () => (database.wake(), database.status().state === 'active'))
  at.reachable(true)
  await database.sync()
  assert.deepEqual([at.plans().at(-1), await at.scratch.restoredRows(at.memory)], ['continue', 3])
})

const SEED = Number(process.env['LTX_SEED'] ?? Date.now() % 1_000_000)
const HISTORIES = Number(process.env['LTX_HISTORIES'] ?? 3)

test('random histories of starts, outages and other writers → no stored file is ever replaced, and in the end all is there', async () => {
  for (let seed = SEED; seed < SEED + HISTORIES; seed++) {
    const random = simEnv({ seed }).random
    const chance = (of: number): boolean => random.next() < of
    await using at = new OfflineWorld()
    const steps: string[] = []
    const name = (): string => `LTX_SEED=${seed}: ${steps.join(' ')}`
    let known = at.stored()
    for (let run = 0; run < 5; run++) {
      const isOther = chance(0.25)
      if (chance(0.15)) {
        rmSync(at.metaPath, { recursive: true, force: true })
        steps.push('lose-state')
      }
      if (chance(0.1)) {
        await at.memory.deleteAll()
        known = at.stored()
        steps.push('empty-replica')
      }
      at.reachable(isOther || chance(0.4))
      steps.push(isOther ? 'other-writer' : 'start')
      const database = await at.start(isOther ? { metaPath: `${at.scratch.directory}/elsewhere` } : {})
      for (let step = 0; step < 4; step++) {
        const is = isOther || chance(0.5)
        at.reachable(is)
        steps.push(is ? 'on' : 'off')
        await at.capture(database, 1 + Math.floor(random.next() * 3))
        if (is) await database.sync()
      }
      await at.stop()
      for (const [file, bytes] of known) assert.equal(at.stored().get(file), bytes, `${name()} ${file}`)
      known = at.stored()
    }
    at.reachable(true)
    await (await at.start()).sync()
    await at.stop()
    await at.assertAllRestored().catch((cause: unknown) => {
      throw new Error(name(), { cause })
    })
  }
})
