import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { hasAppeared, noPosition } from './absent-database.ts'

test('hasAppeared: no file, an empty one, one with bytes → only the last is there', async () => {
  const { files, blockingFiles } = simEnv({ seed: 1 })
  blockingFiles.makeDirectory('/data')
  assert.equal(await hasAppeared(files, '/data/app.db'), false)
  const file = blockingFiles.open('/data/app.db', 'create-new')
  assert.equal(await hasAppeared(files, '/data/app.db'), false)
  file.write(Uint8Array.of(1), 0)
  file.close()
  assert.equal(await hasAppeared(files, '/data/app.db'), true)
})

test('noPosition: a database without data → an error that may go away, and says what is waited for', () => {
  const error = noPosition('/data/app.db', 'does not exist')
  assert.equal(error.advice, 'retry')
  assert.match(error.message, /\/data\/app\.db does not exist: no position, waiting for data/)
})
