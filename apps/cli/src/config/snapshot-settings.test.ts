import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from './load-config.ts'

const { io } = testIo()
const HOUR_MS = 3_600_000

const rows: readonly [situation: string, text: string, intervalHours: number][] = [
  ['nothing said', '', 24],
  ['the top level says', 'snapshot: {interval: 2h}', 2],
  ['a database says', 'dbs: [{path: /a, snapshot: {interval: 3h}}, {path: /b}]', 3],
  [
    'both say: the top level counts',
    'snapshot: {interval: 2h}\ndbs: [{path: /a, snapshot: {interval: 3h}}]',
    2,
  ],
  [
    'two databases agree',
    'dbs: [{path: /a, snapshot: {interval: 3h}}, {path: /b, snapshot: {interval: 180m}}]',
    3,
  ],
  ['the top level is left empty', 'snapshot:\ndbs: [{path: /a, snapshot: {interval: 3h}}]', 3],
]
for (const [situation, text, hours] of rows) {
  test(`snapshotSetting: ${situation} → ${hours} h`, () => {
    const config = parseConfig(text, 'x.yml', io)
    assert.equal(config.snapshotIntervalMs, hours * HOUR_MS)
    assert.equal(config.snapshotRetentionMs, 24 * HOUR_MS)
  })
}

test('snapshotSetting: two databases disagree → an error, even when the top level says', () => {
  const text =
    'snapshot: {retention: 1h}\ndbs: [{path: /a, snapshot: {retention: 3h}}, {path: /b, snapshot: {retention: 4h}}]'
  assert.throws(() => parseConfig(text, 'x.yml', io), /\/a says 3h0m0s and \/b says 4h0m0s/)
})
