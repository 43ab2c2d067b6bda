import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError } from '@ltx/client-core'
import type { Logger } from '@ltx/env'
import { CreateOnly, isTaken } from './create-only.ts'
import { OssResponseError } from './errors.ts'

test('createOnly: what was seen → known, and a warning once when the bucket replaces objects', () => {
  const lines: string[] = []
  const logger: Logger = { log: (level) => void lines.push(level), with: () => logger }
  const createOnly = new CreateOnly(logger)
  assert.equal(createOnly.proof, 'unknown')
  createOnly.learn('proven')
  assert.deepEqual([createOnly.proof, lines], ['proven', []])
  createOnly.learn('disproven')
  createOnly.learn('disproven')
  assert.deepEqual([createOnly.proof, lines], ['disproven', ['warn']])
})

const refused = (code: string): ClientError =>
  new ClientError('CLIENT_EXISTS', 'x', {
    cause: new OssResponseError({ status: 409, code, message: '' }, null),
  })

test('isTaken: FileAlreadyExists → yes; another 409, and no answer → no', () => {
  assert.equal(isTaken(refused('FileAlreadyExists')), true)
  assert.equal(isTaken(refused('FileImmutable')), false)
  assert.equal(isTaken(new Error('x')), false)
})
