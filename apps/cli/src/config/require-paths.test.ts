import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from './load-config.ts'
import { requirePaths } from './require-paths.ts'

const { io } = testIo()

test('requirePaths: an entry with dir → an error with its line; only paths → fine', () => {
  requirePaths(parseConfig('dbs: [{path: /a}]', 'x.yml', io))
  const config = parseConfig('dbs:\n- path: /a\n- pattern: "*"\n  dir: /d\n', 'x.yml', io)
  assert.throws(() => requirePaths(config), /^ConfigError: x\.yml:4: entries with dir/)
})
