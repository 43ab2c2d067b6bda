import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isLogged, LOG_LEVELS, logLevelNamed } from './log-level.ts'

test('logLevelNamed: names in any case, warning → levels; anything else → null', () => {
  for (const level of LOG_LEVELS) assert.equal(logLevelNamed(level.toUpperCase()), level)
  assert.equal(logLevelNamed('Warning'), 'warn')
  for (const text of ['', 'verbose', 'toString', ' info', '3']) assert.equal(logLevelNamed(text), null, text)
})

test('isLogged: each level in a log from warn on → warn and error alone', () => {
  assert.deepEqual(
    LOG_LEVELS.filter((level) => isLogged(level, 'warn')),
    ['warn', 'error'],
  )
})
