import assert from 'node:assert/strict'
import { test } from 'vitest'
import { unlessAborted } from './unless-aborted.ts'

const never = new Promise<number>(() => {})

test('unlessAborted: the work ends first → its result, or its error', async () => {
  const { signal } = new AbortController()
  assert.equal(await unlessAborted(Promise.resolve(1), signal), 1)
  assert.equal(await unlessAborted(Promise.resolve(1), undefined), 1)
  await assert.rejects(unlessAborted(Promise.reject(new Error('broken')), signal), /broken/)
})

test('unlessAborted: the signal fires, or has fired → its reason; work that fails later is nobody’s', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const waiting = unlessAborted(never, controller.signal)
  controller.abort(reason)
  await assert.rejects(waiting, reason)
  await assert.rejects(unlessAborted(Promise.reject(new Error('broken')), controller.signal), reason)
})
