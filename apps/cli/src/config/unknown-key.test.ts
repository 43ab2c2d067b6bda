import assert from 'node:assert/strict'
import { test } from 'vitest'
import { unknownKeyText } from './unknown-key.ts'

const KNOWN = ['path', 'replica', 'monitor-interval']

const rows: readonly [name: string, path: string, text: string][] = [
  [
    'monitor_interval',
    'dbs[0]',
    'dbs[0].monitor_interval is not a known key; did you mean monitor-interval?',
  ],
  ['zzz', '', 'zzz is not a known key'],
  ['snapshot-interval', '', 'snapshot-interval belongs to Litestream 0.3 and has no effect'],
  ['retention', 'dbs[0].replica', 'dbs[0].replica.retention belongs to Litestream 0.3 and has no effect'],
  [
    'sync-interval',
    'dbs[0]',
    'dbs[0].sync-interval has no effect here; it belongs at the top level or in dbs[].replica',
  ],
  ['part-size', '', 'part-size has no effect here; it belongs in dbs[].replica'],
  ['recursive', '', 'recursive has no effect here; it belongs in dbs[]'],
  [
    'password:hunter2',
    'dbs[0].replica',
    'dbs[0].replica.password: a key ends with a colon and a space; this one counts for nothing',
  ],
  ['a\u001b[31m', '', '"a\\x1b[31m" is not a known key'],
  ['x'.repeat(100_000), '', '"xxxxxxxxxxxxxxxx"… is not a known key'],
]
for (const [name, path, text] of rows) {
  test(`unknownKeyText: ${JSON.stringify(name.slice(0, 30))} in ‘${path}’ → ${text}`, () =>
    assert.equal(unknownKeyText(name, path, KNOWN), text))
}
