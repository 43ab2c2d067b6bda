import assert from 'node:assert/strict'
import { test } from 'vitest'
import { drainMicrotasks } from './drain-microtasks.ts'

test('drainMicrotasks: a chain of ten thousand promises → has come to its end', async () => {
  let steps = 0
  const chain = async (): Promise<void> => {
    for (let i = 0; i < 10_000; i++) {
      await Promise.resolve()
      steps++
    }
  }
  void chain()
  await drainMicrotasks()
  assert.equal(steps, 10_000)
})
