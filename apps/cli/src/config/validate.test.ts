import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from './load-config.ts'

const { io } = testIo()

const good: readonly string[] = [
  'l0-retention: 0',
  'shutdown-sync-timeout: 0',
  'heartbeat-url: https://example.com/x',
  'heartbeat-interval: 1m',
  'levels: [{interval: 1s}, {interval: 2s}, {interval: 3s}, {interval: 4s}, {interval: 5s}, {interval: 6s}, {interval: 7s}, {interval: 8s}]',
  'logging: {type: pretty}',
  'dbs: [{dir: /d, pattern: "*", watch: true, meta-dir: /m}]',
  'dbs: [{path: /a, monitor-interval: 0, checkpoint-interval: 0, truncate-page-n: -1}]',
]
for (const text of good) {
  test(`validateConfig: ${text} → fine`, () => assert.ok(parseConfig(text, 'x.yml', io)))
}

const bad: readonly [text: string, message: RegExp][] = [
  ['snapshot: {retention: -1s}', /^x\.yml:1: snapshot\.retention: must be above 0 \(got -1s\)$/],
  ['\nl0-retention: -1s', /^x\.yml:2: l0-retention: must be 0 or more \(got -1s\)$/],
  ['l0-retention-check-interval: 0', /l0-retention-check-interval: must be above 0 \(got 0s\)$/],
  ['sync-interval: 0s', /^x\.yml:1: sync-interval: must be above 0 \(got 0s\)$/],
  ['heartbeat-url: hc.example.com/secret', /heartbeat-url: must start .* \(got "hc\.example\.com\/xxxxx"\)$/],
  ['shutdown-sync-interval: 0s', /shutdown-sync-interval: must be above 0 \(got 0s\)$/],
  [
    'shutdown-sync-interval: 0s\nsnapshot: {interval: 0}\ndbs: [{path: /a, watch: yes}]',
    /^x\.yml:2: snapshot\.interval: .*\nx\.yml:1: shutdown-sync-interval: .*\nx\.yml:3: database config #1: watch goes/,
  ],
  ['verify: {interval: -1h}', /^x\.yml:1: verify\.interval: must be 0 or more \(got -1h0m0s\)$/],
  ['verify: {interval: 5}', /^x\.yml:1: verify\.interval: must be 0, or at least 1s \(got 5ns\)$/],
  ['max-sync-ltx-files: -1', /^x\.yml:1: max-sync-ltx-files: must be 0 or more \(got -1\)$/],
  [
    'dbs: [{path: /a, max-sync-wal-bytes: -5}]',
    /dbs\[\/a\]\.max-sync-wal-bytes: must be 0 or more \(got -5\)$/,
  ],
  [
    'dbs: [{path: /a, replica: {concurrency: 0}}]',
    /dbs\[\/a\]\.replica\.concurrency: must be above 0 \(got 0\)$/,
  ],
  [
    'dbs: [{path: /a, replicas: [{path: /r, sync-interval: -1s}]}]',
    /dbs\[\/a\]\.replicas\[0\]\.sync-interval: must be above 0/,
  ],
  ['dbs: [{path: /a, snapshot: {interval: 0}}]', /dbs\[\/a\]\.snapshot\.interval: must be above 0/],
  [
    'dbs: [{path: /a}, {path: /b, meta-path: /m, meta-dir: /n}]',
    /database config #2: meta-dir goes with dir only/,
  ],
  [
    'dbs: [{dir: /b, pattern: "*", meta-path: /m, meta-dir: /n}]',
    /database config #1: give meta-path or meta-dir/,
  ],
]
test('validateConfig: hundreds of mistakes → a hundred are told', () => {
  const text = `dbs: [${'{path: /a, watch: yes},'.repeat(300)}]`
  assert.throws(
    () => parseConfig(text, 'x.yml', io),
    (error: unknown) =>
      error instanceof Error &&
      error.message.endsWith('\nand more') &&
      error.message.split('\n').length === 101,
  )
})

for (const [text, message] of bad) {
  test(`validateConfig: ${JSON.stringify(text)} → ${message.source}`, () => {
    assert.throws(() => parseConfig(text, 'x.yml', io), { name: 'ConfigError', message })
  })
}
