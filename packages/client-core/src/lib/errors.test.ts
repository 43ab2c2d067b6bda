import assert from 'node:assert/strict'
import { test } from 'vitest'
import { failureOf, key } from './conformance/material.ts'
import {
  ClientError,
  isClientError,
  toClientError,
  translating,
  translatingEach,
  type Diagnosis,
} from './errors.ts'

const busy = (): Diagnosis => ({ code: 'CLIENT_BUSY', hint: 'slow down' })

for (const [code, advice] of [
  ['CLIENT_BUSY', 'retry'],
  ['CLIENT_UNREACHABLE', 'retry'],
  ['CLIENT_NOT_FOUND', 'give-up'],
  ['CLIENT_EXISTS', 'give-up'],
  ['CLIENT_DENIED', 'give-up'],
  ['CLIENT_FULL', 'give-up'],
  ['CLIENT_UNEXPECTED', 'give-up'],
] as const) {
  test(`ClientError: ${code} → advice ${advice}, unless told otherwise`, () => {
    assert.equal(new ClientError(code, 'x').advice, advice)
    const other = advice === 'retry' ? 'give-up' : 'retry'
    assert.equal(new ClientError(code, 'x', { advice: other }).advice, other)
  })
}

test('isClientError: one of another copy of this package → recognised by name and code', () => {
  const foreign = Object.assign(new Error('x'), {
    name: 'ClientError',
    code: 'CLIENT_FULL',
  })
  assert.equal(isClientError(foreign), true)
  assert.equal(isClientError(foreign, 'CLIENT_FULL'), true)
  assert.equal(isClientError(foreign, 'CLIENT_BUSY'), false)
  assert.equal(isClientError({ name: 'ClientError', code: 'CLIENT_FULL' }), false)
})

test('toClientError: a native failure → code, advice, hint and files of the diagnosis, the failure as cause', () => {
  const native = new Error('429')
  const files = [key(0, 1n)]
  const error = toClientError(native, 'read it', () => ({ ...busy(), advice: 'give-up', files }))
  assert.equal(error.message, 'CLIENT_BUSY: cannot read it: slow down')
  assert.deepEqual(
    [error.code, error.advice, error.cause, error.files],
    ['CLIENT_BUSY', 'give-up', native, files],
  )
})

test('translating: a ClientError → stays as it is', async () => {
  const error = new ClientError('CLIENT_FULL', 'x')
  const call = (): Promise<never> => Promise.reject(error)
  assert.equal(await failureOf(translating('x', busy, undefined, call)), error)
})

test('translating: the signal fires during the call → its reason, whatever the backend threw', async () => {
  const controller = new AbortController()
  const reason = new Error('stop')
  const call = async (): Promise<never> => {
    controller.abort(reason)
    throw new DOMException('aborted', 'AbortError')
  }
  assert.equal(await failureOf(translating('x', busy, controller.signal, call)), reason)
})

test('translating: the signal has fired → its reason, and no call', async () => {
  let calls = 0
  const call = async (): Promise<number> => ++calls
  assert.equal(await failureOf(translating('x', busy, AbortSignal.abort('why'), call)), 'why')
  assert.equal(calls, 0)
})

async function* twoThenFailure(): AsyncGenerator<number> {
  yield 1
  yield 2
  throw new Error('429')
}

test('translatingEach: fails after two items → both, then the translated failure', async () => {
  const items: number[] = []
  const read = async (): Promise<void> => {
    for await (const item of translatingEach('x', busy, undefined, twoThenFailure())) items.push(item)
  }
  assert.ok(isClientError(await failureOf(read()), 'CLIENT_BUSY'))
  assert.deepEqual(items, [1, 2])
})

test('translatingEach: its reader stops → the source is ended', async () => {
  let ended = false
  async function* source(): AsyncGenerator<number> {
    try {
      yield 1
      yield 2
    } finally {
      ended = true
    }
  }
  for await (const _ of translatingEach('x', busy, undefined, source())) break
  assert.equal(ended, true)
})
