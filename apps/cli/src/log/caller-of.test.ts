import assert from 'node:assert/strict'
import { test } from 'vitest'
import { callerOf } from './caller-of.ts'

const root = '/opt/ltx/'
const logger = '    at Object.log (file:///opt/ltx/src/log/console-logger.ts:51:40)'

for (const [situation, frames, expected] of [
  [
    'a function of ours',
    [logger, '    at openEngine (file:///opt/ltx/src/replicate/run-replicator.ts:80:10)'],
    { function: 'openEngine', file: 'src/replicate/run-replicator.ts', line: 80 },
  ],
  [
    'no function',
    [logger, '    at file:///opt/ltx/src/a%20b.ts:7:1'],
    { function: '', file: 'src/a b.ts', line: 7 },
  ],
  [
    'an asynchronous method elsewhere',
    [logger, logger, '    at async Store.open (/opt/engine/store.js:3:9)'],
    { function: 'Store.open', file: '/opt/engine/store.js', line: 3 },
  ],
  [
    'an alias',
    ['    at Object.hear [as listener] (/opt/ltx/dist/main.js:2:2)'],
    { function: 'Object.hear [as listener]', file: 'dist/main.js', line: 2 },
  ],
  ['nothing but the logger', [logger], null],
  ['no stack', [], null],
] as const) {
  test(`callerOf: ${situation} → ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(callerOf(['Error: here', ...frames].join('\n'), root), expected)
  })
}

test('callerOf: a real stack → this file', () => {
  const place = callerOf(new Error('here').stack ?? '')
  assert.match(place?.file ?? '', /caller-of\.test\.ts$/)
})
