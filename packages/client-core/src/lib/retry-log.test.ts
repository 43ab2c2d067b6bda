import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { ClientError } from './errors.ts'
import { RETRY_LOG_EVERY_MS, retryLog } from './retry-log.ts'

test('retryLog: many failures → the first is logged, then one every 30 s with the count of the others', async () => {
  const env = simEnv({ seed: 1 })
  const log = retryLog(env)
  const error = new ClientError('CLIENT_BUSY', 'x')
  for (let failure = 0; failure < 5; failure++) log(error, 12.4)
  await env.clock.advance(RETRY_LOG_EVERY_MS - 1)
  log(error, 1)
  await env.clock.advance(1)
  log(error, 1)
  const fields = env.logger.lines.map((line) => [
    line.level,
    line.fields['code'],
    line.fields['failuresSinceLastLine'],
  ])
  assert.deepEqual(fields, [
    ['warn', 'CLIENT_BUSY', 0],
    ['warn', 'CLIENT_BUSY', 5],
  ])
})

test('retryLog: no logger → silent', () => {
  const { clock } = simEnv({ seed: 1 })
  assert.doesNotThrow(() => retryLog({ clock })(new Error('x'), 1))
})
