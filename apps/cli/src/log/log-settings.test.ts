import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from '../config/load-config.ts'
import type { LogSettings } from './console-logger.ts'
import { logFile, logSettings } from './log-settings.ts'

const { io } = testIo()

const rows: readonly [situation: string, yaml: string | null, logLevel: string | undefined, LogSettings][] = [
  ['no file', null, undefined, { level: 'info', type: 'text', toStderr: false }],
  ['nothing said', '', '', { level: 'info', type: 'text', toStderr: false }],
  [
    'all said',
    'logging: {level: WARN, type: json, stderr: yes}',
    undefined,
    { level: 'warn', type: 'json', toStderr: true },
  ],
  ['LOG_LEVEL too', 'logging: {level: warn}', 'debug', { level: 'debug', type: 'text', toStderr: false }],
  [
    'the source is asked for',
    'logging: {source: true}',
    undefined,
    { level: 'info', type: 'text', toStderr: false, source: true },
  ],
  ['an empty type', 'logging: {type: ""}', undefined, { level: 'info', type: 'text', toStderr: false }],
]
for (const [situation, yaml, logLevel, expected] of rows) {
  test(`logSettings: ${situation} → ${JSON.stringify(expected)}`, () => {
    const config = yaml === null ? null : parseConfig(yaml, 'x.yml', io)
    assert.deepEqual(logSettings(config, { environment: { LOG_LEVEL: logLevel } }), expected)
  })
}

test('logSettings: a result on stdout → stderr, whatever the file says', () => {
  assert.equal(logSettings(parseConfig('logging: {stderr: false}', 'x.yml', io), io, true).toStderr, true)
})

for (const [yaml, expected] of [
  ['', null],
  ['logging: {file: ltx.log}', '/srv/ltx.log'],
  ['logging: {file: /var/log/ltx.log}', '/var/log/ltx.log'],
] as const) {
  test(`logFile: ${yaml === '' ? 'nothing said' : yaml} → ${expected ?? 'no file'}`, () => {
    const { io: there } = testIo({ workingDirectory: '/srv' })
    assert.equal(logFile(parseConfig(yaml, 'x.yml', there), there), expected)
  })
}
