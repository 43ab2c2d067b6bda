import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'vitest'
import { bodyOf, chunksOf } from './blob-body.ts'
import { Deadline, TimeoutError } from './deadline.ts'
import { AbsTransferError } from './errors.ts'

const bytes = Uint8Array.from({ length: 500_000 }, (_, index) => index % 251)

test('bodyOf: sent twice → the same bytes both times; every piece is progress', async () => {
  let progress = 0
  const deadline = { progress: () => progress++ } as unknown as Deadline
  const body = bodyOf(bytes, deadline)
  assert.deepEqual(new Uint8Array(await buffer(body())), bytes)
  assert.deepEqual(new Uint8Array(await buffer(body())), bytes)
  assert.ok(progress >= 8, `${progress} times`)
  assert.equal((await buffer(bodyOf(new Uint8Array(0), deadline)())).length, 0)
})

test('chunksOf: a body that fails → AbsTransferError with the native error as its cause', async () => {
  using deadline = new Deadline(10_000, [])
  const failure = new Error('received less data than required')
  const body = new Readable({
    read() {
      this.destroy(failure)
    },
  })
  await assert.rejects(chunksOf(body, deadline).next(), (error) => {
    assert.ok(error instanceof AbsTransferError)
    assert.equal(error.cause, failure)
    return true
  })
})

test('chunksOf: a body that stalls → TimeoutError', async () => {
  using deadline = new Deadline(20, [])
  const body = new Readable({ read: () => undefined })
  await assert.rejects(chunksOf(body, deadline).next(), TimeoutError)
})
