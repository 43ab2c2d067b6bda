import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SimProcess } from './sim-process.ts'

test('SimProcess: alive, then killed → may go on, then EBADF', () => {
  const program = new SimProcess(3)
  program.check('open', '/a')
  assert.ok(program.isAlive)
  program.kill()
  assert.ok(!program.isAlive)
  assert.throws(() => program.check('open', '/a'), /EBADF.*process 3 was killed/)
})
