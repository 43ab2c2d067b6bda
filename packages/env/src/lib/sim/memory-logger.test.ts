import assert from 'node:assert/strict'
import { test } from 'vitest'
import { MemoryLogger } from './memory-logger.ts'

test('MemoryLogger: logged, also through with → all lines in order, with all fields', () => {
  const logger = new MemoryLogger()
  logger.log('info', 'one', { a: 1 })
  const inner = logger.with({ path: '/x' }).with({ level: 3 })
  inner.log('warn', 'two', { a: 2, level: 4 })
  inner.log('error', 'three')
  assert.deepEqual(logger.lines, [
    { level: 'info', message: 'one', fields: { a: 1 } },
    { level: 'warn', message: 'two', fields: { path: '/x', level: 4, a: 2 } },
    { level: 'error', message: 'three', fields: { path: '/x', level: 3 } },
  ])
  assert.equal(inner.lines, logger.lines)
})
