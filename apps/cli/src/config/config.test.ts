import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { idOf, keyPlace } from './config.ts'
import { parseConfig } from './load-config.ts'

const { io } = testIo({ workingDirectory: '/srv' })

test('idOf and keyPlace: an entry → what messages call it, and where it is', () => {
  const [path, dir] = parseConfig('dbs:\n- path: a.db\n- dir: data\n  pattern: "*"\n', 'x.yml', io).databases
  assert.ok(path !== undefined && dir !== undefined)
  assert.deepEqual([idOf(path), idOf(dir)], ['/srv/a.db', 'data'])
  assert.equal(keyPlace('x.yml', dir.section, 'pattern'), 'x.yml:4')
})
