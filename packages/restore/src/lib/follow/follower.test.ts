import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import { describe, test } from 'vitest'
import { addFile, assertCopy, COPY, followUntil, reaches, replicaOf } from '../../../test/followed-copy.ts'
import { randomHistory } from '../../../test/history.ts'
import { contentOf, instantEnv } from '../../../test/instant-env.ts'
import type { SimEnv } from '@ltx/env/sim'
import { SEED } from '../../../test/seed.ts'
import type { FollowEvent } from './follow-event.ts'

const LAST = 12
const history = randomHistory({ seed: SEED, pageSize: 512, transactions: LAST, pagesMax: 30 })
const upTo = (txid: number) => replicaOf(history, ({ maxTXID }) => maxTXID <= txid)
const kinds = (events: readonly FollowEvent[]): string[] =>
  events.map((event) => (event.kind === 'rebased' ? `rebased: ${event.reason}` : event.kind))

/** A copy at transaction 5. */
async function copyAtFive(): Promise<SimEnv> {
  const env = instantEnv(SEED)
  await followUntil(env, upTo(5), reaches(5))
  return env
}

describe(`follower (LTX_SEED=${SEED})`, () => {
  test('follower: new transactions one after the other → applied one after the other', async () => {
    const env = await copyAtFive()
    const storage = upTo(5)
    let next = 6
    const add = (): void => {
      for (const file of history.files) {
        if (file.level === 0 && Number(file.maxTXID) === next) addFile(storage, history, file)
      }
    }
    const events = await followUntil(env, storage, (event) => {
      if (event.kind === 'applied') {
        assert.equal(event.txid, BigInt(next))
        next++
      }
      if (next <= LAST) add()
      return next > LAST
    })
    assert.equal(kinds(events).filter((kind) => kind === 'applied').length, LAST - 5)
    await assertCopy(env, history, LAST)
  })

  test('follower: all at once → one update', async () => {
    const env = await copyAtFive()
    assert.deepEqual(kinds(await followUntil(env, upTo(LAST), reaches(LAST))), ['resumed', 'applied'])
    await assertCopy(env, history, LAST)
  })

  test('follower: only a snapshot beyond is left → rebased, seen twice before', async () => {
    const env = await copyAtFive()
    const storage = replicaOf(history, () => false)
    const snapshot = encodeSnapshot(LAST)
    storage.put({ level: 9, minTXID: toTxid(1n), maxTXID: toTxid(BigInt(LAST)) }, snapshot, 1)
    assert.deepEqual(kinds(await followUntil(env, storage, reaches(LAST))), ['resumed', 'rebased: pruned'])
    await assertCopy(env, history, LAST)
  })

  test('follower: the replica was begun anew and is shorter → rebased to what it holds', async () => {
    const env = await copyAtFive()
    assert.deepEqual(kinds(await followUntil(env, upTo(3), reaches(3))), ['resumed', 'rebased: behind'])
    await assertCopy(env, history, 3)
  })

  test('follower: somebody has written to the copy while nobody followed → made right again', async () => {
    const env = await copyAtFive()
    await scribble(env)
    const events = await followUntil(env, upTo(LAST), reaches(LAST))
    assert.deepEqual(kinds(events), ['rebased: changed'])
    await assertCopy(env, history, LAST)
  })

  test('follower: somebody writes to the copy just before an update → made right again', async () => {
    const env = await copyAtFive()
    let isDone = false
    const lock = async (): Promise<AsyncDisposable> => {
      if (isFollowing && !isDone) {
        isDone = true
        await scribble(env)
      }
      return { async [Symbol.asyncDispose]() {} }
    }
    let isFollowing = false
    const events = await followUntil(
      env,
      upTo(LAST),
      (event) => {
        isFollowing = true
        return reaches(LAST)(event)
      },
      { lock },
    )
    assert.deepEqual(kinds(events), ['resumed', 'rebased: changed'])
    await assertCopy(env, history, LAST)
  })

  test('follower: a file is broken for good, a snapshot holds its transactions → rebased after three failures', async () => {
    const env = await copyAtFive()
    const storage = replicaOf(history, ({ level }) => level === 0)
    const six = { level: 0, minTXID: toTxid(6n), maxTXID: toTxid(6n) }
    storage.put(six, storage.get(six)?.with(120, 1).subarray(0, -3) ?? assert.fail(), 6000)
    storage.put({ level: 9, minTXID: toTxid(1n), maxTXID: toTxid(7n) }, encodeSnapshot(7), 7000)
    const events = await followUntil(env, storage, reaches(LAST))
    assert.deepEqual(kinds(events), ['resumed', 'failed', 'failed', 'failed', 'rebased: broken'])
    await assertCopy(env, history, LAST)
  })

  test('follower: the database has another page size → rebased', async () => {
    const env = await copyAtFive()
    const storage = upTo(5)
    const pages = [1, 2, 3].map((pageNumber) => {
      const data = new Uint8Array(1024).fill(pageNumber)
      if (pageNumber === 1) new DataView(data.buffer).setUint16(16, 1024)
      return { pageNumber, data }
    })
    const spec = { pageSize: 1024, commit: 3, minTXID: 6n, maxTXID: 6n, timestampMs: 6000, pages }
    storage.put({ level: 0, minTXID: toTxid(6n), maxTXID: toTxid(6n) }, encodeFileSpec(spec), 6000)
    assert.deepEqual(kinds(await followUntil(env, storage, reaches(6))), ['resumed', 'rebased: page-size'])
    assert.equal((await contentOf(env, COPY)).length, 3 * 1024)
  })

  test('follower: the replica is gone for a while → a failure, and the copy stays', async () => {
    const env = await copyAtFive()
    const events = await followUntil(env, upTo(0), (event) => event.kind === 'failed')
    assert.deepEqual(kinds(events), ['resumed', 'failed'])
    await assertCopy(env, history, 5)
  })
})

async function scribble(env: SimEnv): Promise<void> {
  await using handle = await env.files.open(COPY, 'read-write')
  await handle.write(Uint8Array.of(1, 2, 3, 4), 24) // SQLite changes the counter with every transaction
  await handle.write(Uint8Array.of(1, 2, 3, 4), 200)
}

function encodeSnapshot(txid: number): Uint8Array {
  const state = history.states[txid] ?? assert.fail()
  const commit = state.length / 512
  const pages = Array.from({ length: commit }, (_, index) => ({
    pageNumber: index + 1,
    data: state.subarray(index * 512, (index + 1) * 512),
  }))
  return encodeFileSpec({
    pageSize: 512,
    commit,
    minTXID: 1n,
    maxTXID: BigInt(txid),
    timestampMs: txid * 1000,
    pages,
  })
}
