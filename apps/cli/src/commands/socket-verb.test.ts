import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { CommandError } from '../program/errors.ts'
import { fieldLines, requireDatabase, requirePositiveTimeout } from './socket-verb.ts'

const { io } = testIo({ workingDirectory: '/house/someone/here', programName: 'litestream' })

test('requireDatabase: relative, absolute, in the home → the caller’s own path, absolute', () => {
  assert.equal(requireDatabase(['app.db'], 'sync', io), '/house/someone/here/app.db')
  assert.equal(requireDatabase(['/a/app.db'], 'sync', io), '/a/app.db')
  assert.equal(requireDatabase(['~/app.db'], 'sync', io), '/house/someone/app.db')
})

test('requireDatabase: none → an error with a line that works; two → too many', () => {
  for (const words of [[], ['']]) {
    assert.throws(
      () => requireDatabase(words, 'sync', io),
      (error) => error instanceof CommandError && error.hint === 'litestream sync /path/to/db',
    )
  }
  assert.throws(() => requireDatabase(['a', 'b'], 'sync', io), /too many arguments/)
})

test('requirePositiveTimeout: 1, 0, -1 → only 1 is taken', () => {
  requirePositiveTimeout(1)
  for (const seconds of [0, -1]) {
    assert.throws(() => requirePositiveTimeout(seconds), /timeout must be greater than 0/)
  }
})

test('fieldLines: fields → a line each', () => {
  assert.equal(fieldLines({ status: 'stopped', txid: 7n }), 'status: stopped\ntxid: 7\n')
})
