import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import type { SimEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { restore } from '../src/index.ts'
import { type History, randomHistory } from './history.ts'
import { contentOf, instantEnv } from './instant-env.ts'

const OUTPUT = '/out/app.db'
const REASON = new Error('the user has changed his mind')

/** Calls `onStep` at every operation on the storage and on the disk. */
function watched(
  history: History,
  onStep: () => void,
): { env: SimEnv; client: ReturnType<typeof memoryClient> } {
  const env = instantEnv()
  const client = memoryClient({ storage: history.storage })
  const request = history.storage.request.bind(history.storage)
  history.storage.request = async (kind) => {
    onStep()
    await request(kind)
  }
  for (const operation of ['stat', 'makeDirectory', 'rename', 'syncDirectory', 'remove'] as const) {
    const original = env.files[operation].bind(env.files) as (...paths: string[]) => Promise<unknown>
    Object.assign(env.files, {
      [operation]: async (...paths: string[]) => {
        onStep()
        return await original(...paths)
      },
    })
  }
  return { env, client }
}

test('restore: aborted at every step → the reason itself and nothing left, or finished', async () => {
  const options = { seed: 4, pageSize: 512, pagesMax: 40, transactions: 12 }
  const outcomes = { aborted: 0, finished: 0 }
  for (let at = 0; outcomes.finished < 5; at++) {
    const history = randomHistory(options)
    const controller = new AbortController()
    let steps = 0
    const { env, client } = watched(history, () => {
      if (steps++ === at) controller.abort(REASON)
    })
    const check = async (): Promise<void> => {
      if (steps++ === at) controller.abort(REASON)
    }
    try {
      await restore({ client, env, outputPath: OUTPUT, check, signal: controller.signal })
      outcomes.finished++
      assert.deepEqual(await contentOf(env, OUTPUT), history.states[12])
      assert.deepEqual(await env.files.list('/out'), ['app.db'])
    } catch (error) {
      assert.equal(error, REASON)
      outcomes.aborted++
      if ((await env.files.stat('/out')) !== null) assert.deepEqual(await env.files.list('/out'), [])
    }
  }
  assert.ok(outcomes.aborted > 15, JSON.stringify(outcomes))
})

test('restore: aborted before it begins → the reason itself, and nothing was asked', async () => {
  const history = randomHistory({ seed: 4, pageSize: 512, pagesMax: 4, transactions: 3 })
  const client = memoryClient({ storage: history.storage })
  const signal = AbortSignal.abort(REASON)
  const restoring = restore({ client, env: instantEnv(), outputPath: OUTPUT, signal })
  await assert.rejects(restoring, (error) => error === REASON)
  assert.equal(history.storage.requests.list, 0)
})

test('restore: the check is aborted and rejects with something else → the reason itself', async () => {
  const history = randomHistory({ seed: 4, pageSize: 512, pagesMax: 4, transactions: 3 })
  const controller = new AbortController()
  const env = instantEnv()
  const check = async (): Promise<void> => {
    controller.abort(REASON)
    throw new Error('interrupted')
  }
  const client = memoryClient({ storage: history.storage })
  await assert.rejects(
    restore({ client, env, outputPath: OUTPUT, check, signal: controller.signal }),
    (error) => error === REASON,
  )
  assert.deepEqual(await env.files.list('/out'), [])
})
