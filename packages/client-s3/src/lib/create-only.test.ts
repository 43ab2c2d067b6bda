import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError } from '@ltx/client-core'
import type { Logger } from '@ltx/env'
import { CreateOnly, verdictOf, type Verdict } from './create-only.ts'

function failure(status: number, code: string, message: string = code): ClientError {
  const cause = Object.assign(new Error(message), {
    name: code,
    Code: code,
    $metadata: { httpStatusCode: status },
  })
  return new ClientError('CLIENT_UNEXPECTED', 'x', { cause })
}

const rows: readonly [what: string, error: unknown, verdict: Verdict][] = [
  ['412', failure(412, 'PreconditionFailed'), 'refused'],
  ['a bare 412', failure(412, '412'), 'refused'],
  ['409 ConditionalRequestConflict', failure(409, 'ConditionalRequestConflict'), 'conflict'],
  ['409 of another kind', failure(409, 'BucketNotEmpty'), 'other'],
  ['501', failure(501, 'NotImplemented'), 'unsupported'],
  ['400 about the header', failure(400, 'InvalidArgument', 'If-None-Match is not supported'), 'unsupported'],
  ['400 about something else', failure(400, 'InvalidArgument', 'bad storage class'), 'other'],
  ['503', failure(503, 'SlowDown'), 'other'],
  ['the reason of an abort', new Error('stop'), 'other'],
]

for (const [what, error, verdict] of rows) {
  test(`verdictOf: ${what} → ${verdict}`, () => assert.equal(verdictOf(error), verdict))
}

test('CreateOnly: until it was seen → holds, but nothing is proven; once disproven → does not hold, told once', () => {
  const told: string[] = []
  const logger = { log: (_level, message) => void told.push(message) } as Logger
  const createOnly = new CreateOnly(logger)
  assert.deepEqual([createOnly.put, createOnly.complete, createOnly.holds], ['unknown', 'unknown', true])
  createOnly.learn('put', 'proven')
  assert.deepEqual([createOnly.put, createOnly.complete, createOnly.holds], ['proven', 'unknown', true])
  createOnly.learn('complete', 'disproven')
  createOnly.learn('complete', 'disproven')
  assert.deepEqual([createOnly.put, createOnly.complete, createOnly.holds], ['proven', 'disproven', false])
  assert.equal(told.length, 1)
})
