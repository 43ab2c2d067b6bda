import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { consoleLogger } from './console-logger.ts'

test('consoleLogger: a line below the level → not written', () => {
  const { io, output } = testIo()
  const logger = consoleLogger(io, { level: 'warn', type: 'text', toStderr: false })
  logger.log('info', 'quiet')
  logger.log('error', 'loud')
  assert.match(output.stdout, /^time=\S+ level=ERROR msg=loud\n$/)
})

test('consoleLogger: with fields → every line has them, in order', () => {
  const { io, output } = testIo()
  const logger = consoleLogger(io, { level: 'info', type: 'json', toStderr: true }).with({ db: 'a.db' })
  logger.with({ replica: 'file' }).log('info', 'm', { n: 1 })
  assert.match(output.stderr, /"msg":"m","db":"a.db","replica":"file","n":1\}\n$/)
  assert.equal(output.stdout, '')
})

for (const [type, line] of [
  ['text', /^time=\S+ level=INFO source=src\/log\/console-logger\.test\.ts:\d+ msg=m n=1\n$/],
  [
    'json',
    /"level":"INFO","source":\{"function":".*","file":"src\/log\/console-logger\.test\.ts","line":\d+\},"msg":"m","n":1\}\n$/,
  ],
  ['pretty', /^\S+ INF src\/log\/console-logger\.test\.ts:\d+ m n=1\n$/],
] as const) {
  test(`consoleLogger: with the source, ${type} → each line says who logs it`, () => {
    const { io, output } = testIo()
    consoleLogger(io, { level: 'info', type, toStderr: false, source: true }).with({ n: 1 }).log('info', 'm')
    assert.match(output.stdout, line)
  })
}
