import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Deadline, TimeoutError } from './deadline.ts'

const never = new Promise<never>(() => undefined)
const afterMs = (delayMs: number): Promise<string> =>
  new Promise((resolve) => setTimeout(() => resolve('done'), delayMs))

test('Deadline: what settles in time → its value, or its error', async () => {
  using deadline = new Deadline(10_000, [])
  assert.equal(await deadline.wait(Promise.resolve(7)), 7)
  const failure = new Error('native')
  await assert.rejects(deadline.wait(Promise.reject(failure)), (error) => error === failure)
  assert.equal(deadline.signal.aborted, false)
})

test('Deadline: what never settles → TimeoutError, and its signal has fired', async () => {
  using deadline = new Deadline(20, [])
  await assert.rejects(deadline.wait(never), TimeoutError)
  assert.ok(deadline.signal.aborted)
  await assert.rejects(deadline.wait(Promise.resolve(1)), TimeoutError)
})

test('Deadline: progress → the time begins again; between two waits none passes', async () => {
  using deadline = new Deadline(200, [])
  const ticks = setInterval(() => deadline.progress(), 20)
  assert.equal(await deadline.wait(afterMs(500)), 'done')
  clearInterval(ticks)
  await afterMs(300)
  assert.equal(await deadline.wait(afterMs(20)), 'done')
})

for (const which of [0, 1]) {
  test(`Deadline: outer signal ${which + 1} of two fires → its reason itself, though the promise fails with another error`, async () => {
    const controllers = [new AbortController(), new AbortController()]
    using deadline = new Deadline(
      10_000,
      controllers.map(({ signal }) => signal),
    )
    const work = new Promise((_, reject) => {
      deadline.signal.addEventListener('abort', () => reject(new Error('AbortError of a library')))
    })
    const wait = deadline.wait(work)
    controllers[which]?.abort('my reason')
    await assert.rejects(wait, (reason) => reason === 'my reason')
  })
}

test('Deadline: a signal that has fired already → its reason', async () => {
  using deadline = new Deadline(10_000, [AbortSignal.abort('too early')])
  await assert.rejects(deadline.wait(Promise.resolve(1)), (reason) => reason === 'too early')
})
