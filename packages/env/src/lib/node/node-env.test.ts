import assert from 'node:assert/strict'
import { test } from 'vitest'
import { MemoryLogger } from '../sim/memory-logger.ts'
import { silentLogger } from '../silent-logger.ts'
import { nodeEnv } from './node-env.ts'

test('nodeEnv: with and without a logger → ours, or silence; the process is this one', () => {
  const logger = new MemoryLogger()
  assert.equal(nodeEnv({ logger }).logger, logger)
  assert.equal(nodeEnv().logger, silentLogger)
  assert.equal(nodeEnv().processId, process.pid)
})
