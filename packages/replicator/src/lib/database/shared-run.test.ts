import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SharedRun } from './shared-run.ts'

/** Runs that end when they are told to, with their number. */
function controlled(): { shared: SharedRun<number>; begun: number; end(error?: Error): void } {
  let current = Promise.withResolvers<number>()
  const scene = {
    begun: 0,
    shared: new SharedRun(() => {
      scene.begun++
      current = Promise.withResolvers<number>()
      return current.promise
    }),
    end: (error?: Error) => (error === undefined ? current.resolve(scene.begun) : current.reject(error)),
  }
  return scene
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

test('SharedRun: many ask in one turn → one run', async () => {
  const scene = controlled()
  const all = Promise.all([scene.shared.run(), scene.shared.run(), scene.shared.run()])
  await turn()
  assert.equal(scene.begun, 1)
  scene.end()
  assert.deepEqual(await all, [1, 1, 1])
})

test('SharedRun: many ask while one is under way → they share the next, which begins after it', async () => {
  const scene = controlled()
  const first = scene.shared.run()
  await turn()
  const later = Promise.all([scene.shared.run(), scene.shared.run()])
  await turn()
  assert.equal(scene.begun, 1)
  scene.end()
  assert.equal(await first, 1)
  await turn()
  assert.equal(scene.begun, 2)
  scene.end()
  assert.deepEqual(await later, [2, 2])
})

test('SharedRun: a run fails → those who share it hear of it; the next one runs', async () => {
  const scene = controlled()
  const first = scene.shared.run()
  await turn()
  const next = scene.shared.run()
  scene.end(new Error('broken'))
  await assert.rejects(first, /broken/)
  await turn()
  scene.end()
  assert.equal(await next, 2)
})
