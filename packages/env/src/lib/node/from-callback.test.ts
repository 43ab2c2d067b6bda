import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fromCallback } from './from-callback.ts'

test('fromCallback: a result → it; an error → rejects with it', async () => {
  assert.equal(await fromCallback<number>((tell) => tell(null, 7)), 7)
  const error = new Error('no')
  await assert.rejects(
    fromCallback((tell) => tell(error)),
    error,
  )
})

test('fromCallback: Node refuses the arguments at once → rejects with that', async () => {
  const error = new TypeError('no such flag')
  await assert.rejects(
    fromCallback(() => {
      throw error
    }),
    error,
  )
})
