import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv } from '@ltx/env/sim'
import { ControlScene } from '../../test/control-scene.ts'
import { databaseStatus } from '../../test/database-status.ts'
import { openStore } from './open-store.ts'

const never = new AbortController().signal

test('openStore: opened soon → waited for', async () => {
  const { clock } = simEnv({ seed: 1 })
  let isOpen = false
  const open = async (): Promise<void> => {
    await Promise.resolve()
    isOpen = true
  }
  await (
    await openStore({ open, databases: [] }, clock, never)
  ).done
  assert.deepEqual([isOpen, clock.elapsedMs()], [true, 0])
})

test('openStore: none can be followed, which shows soon → an error', async () => {
  const { clock } = simEnv({ seed: 1 })
  const opening = Promise.reject(new Error('it is locked'))
  await assert.rejects(openStore({ open: () => opening, databases: [] }, clock, never), {
    message: 'cannot start',
  })
})

test('openStore: it takes long → gone on after five seconds; what comes of it is told by `done`', async () => {
  const { clock } = simEnv({ seed: 1 })
  const { promise, reject } = Promise.withResolvers<void>()
  const opened = openStore({ open: () => promise, databases: [] }, clock, never)
  await clock.advance(5000)
  const { done } = await opened
  reject(new Error('refused'))
  await assert.rejects(done, { message: 'cannot start' })
})

test('openStore: a signal comes meanwhile → gone on at once', async () => {
  const { clock } = simEnv({ seed: 1 })
  const stop = new AbortController()
  const opened = openStore({ open: () => new Promise(() => {}), databases: [] }, clock, stop.signal)
  stop.abort(new Error('stopped'))
  await opened
  assert.equal(clock.elapsedMs(), 0)
})

test('openStore: a storage does not answer → gone on as soon as that is told', async () => {
  const { clock } = simEnv({ seed: 1 })
  const startMs = clock.elapsedMs()
  const scene = await ControlScene.open()
  await scene.include()
  const [database] = scene.store.databases
  assert.ok(database !== undefined)
  database.status = () => {
    const error = clock.elapsedMs() - startMs < 1000 ? null : new Error('the replica has not answered yet')
    return databaseStatus({ state: 'opening', error })
  }
  const opened = openStore({ open: () => new Promise(() => {}), databases: [database] }, clock, never)
  let isOpened = false
  void opened.then(() => (isOpened = true))
  await clock.advance(900)
  assert.equal(isOpened, false)
  await clock.advance(200)
  await opened
  await scene[Symbol.asyncDispose]()
})
