import assert from 'node:assert/strict'
import { test } from 'vitest'
import { deadline, TimeoutError } from './deadline.ts'

const { signal: open } = new AbortController()

test('deadline: no limit, a long one, one beyond what a timer takes → does not fire', async () => {
  for (const seconds of [null, 30, 1e12]) {
    using limit = deadline(seconds, open)
    await new Promise((resolve) => void setTimeout(resolve, 5))
    assert.equal(limit.signal.aborted, false, String(seconds))
  }
})

test('deadline: time runs out, or has run out → fires with how long it was', async () => {
  using short = deadline(0.01, open)
  await new Promise((resolve) => short.signal.addEventListener('abort', resolve))
  assert.ok(short.signal.reason instanceof TimeoutError)
  assert.equal(short.signal.reason.message, 'timed out after 0.01s')
  using past = deadline(-1, open)
  assert.ok(past.signal.aborted)
})

test('deadline: everything is being closed → fires with that reason', () => {
  const closing = new AbortController()
  using limit = deadline(30, closing.signal)
  using none = deadline(null, closing.signal)
  const reason = new Error('closing')
  closing.abort(reason)
  assert.deepEqual([limit.signal.reason, none.signal.reason], [reason, reason])
})
