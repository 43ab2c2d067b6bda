import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ControlError } from './control-error.ts'

test('ControlError: with and without details → kept, with the cause', () => {
  const cause = new Error('why')
  const error = new ControlError(400, 'bad', { details: 'at 7', cause })
  assert.deepEqual([error.status, error.message, error.details, error.cause], [400, 'bad', 'at 7', cause])
  assert.equal(new ControlError(500, 'bad').details, undefined)
})
