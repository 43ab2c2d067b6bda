import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'vitest'
import { linkedSignal } from './linked-signal.ts'

test('linkedSignal: the parent fires, before or after → the same reason', () => {
  const reason = new Error('stop')
  const controller = new AbortController()
  using linked = linkedSignal(controller.signal)
  assert.equal(linked.signal.aborted, false)
  controller.abort(reason)
  assert.equal(linked.signal.reason, reason)
  using late = linkedSignal(controller.signal)
  assert.equal(late.signal.reason, reason)
})

test('linkedSignal: fired alone → the parent is not touched, the first reason counts', () => {
  const controller = new AbortController()
  using linked = linkedSignal(controller.signal)
  linked.abort('first')
  linked.abort('second')
  controller.abort('third')
  assert.equal(linked.signal.reason, 'first')
})

test('linkedSignal: disposed of → nothing is left on the parent', () => {
  const { signal } = new AbortController()
  for (let round = 0; round < 10; round++) {
    using linked = linkedSignal(signal)
    assert.equal(linked.signal.aborted, false)
  }
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})
