import assert from 'node:assert/strict'
import { test } from 'vitest'
import { silentLogger } from './silent-logger.ts'

test('silentLogger: logged to, also with fields → nothing happens', () => {
  assert.equal(silentLogger.with({ a: 1 }).log('error', 'message', { b: 2 }), undefined)
})
