import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from './load-config.ts'

const { io } = testIo()

const rows: readonly [text: string, warnings: readonly string[]][] = [
  ['\nlogging:\n  level: warm', ['x.yml:3: logging.level: "warm" counts as info; did you mean warn?']],
  [
    'logging: {level: verbose}',
    ['x.yml:1: logging.level: "verbose" counts as info; known are trace, debug, info, warn, error'],
  ],
  ['logging: {level: ""}', []],
  ['logging: {level: INFO}', []],
  ['logging: {level: Warning}', []],
  [
    'dbs:\n- path: /a\n  pattern: "*"\n  recursive: yes',
    [
      'x.yml:3: dbs[/a].pattern has no effect: it goes with dir',
      'x.yml:4: dbs[/a].recursive has no effect: it goes with dir',
    ],
  ],
  ['dbs: [{path: /a, recursive: no, restore-if-db-not-exists: yes}]', []],
  [
    'dbs: [{dir: /d, pattern: "*", restore-if-db-not-exists: yes}]',
    ['x.yml:1: dbs[/d].restore-if-db-not-exists has no effect: it goes with path'],
  ],
  ['dbs: [{dir: /d, pattern: "*", recursive: yes, watch: yes, restore-if-db-not-exists: no}]', []],
]
for (const [text, warnings] of rows) {
  test(`configWarnings: ${JSON.stringify(text)} → ${warnings.length} of them`, () =>
    assert.deepEqual(parseConfig(text, 'x.yml', io).warnings, warnings))
}
