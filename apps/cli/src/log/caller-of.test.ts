import assert from 'node:assert/strict'
import { test } from 'vitest'
import { callerOf, placeOf } from './caller-of.ts'

const root = '/opt/ltx/'

for (const [situation, frames, expected] of [
  [
    'a function of ours',
    [
      '    at openEngine (file:///opt/ltx/src/replicate/run-replicator.ts:80:10)',
      '    at file:///opt/x.ts:1:1',
    ],
    { function: 'openEngine', file: 'src/replicate/run-replicator.ts', line: 80 },
  ],
  ['no function', ['    at file:///opt/ltx/src/a%20b.ts:7:1'], { function: '', file: 'src/a b.ts', line: 7 }],
  [
    'an asynchronous method elsewhere',
    ['    at async Store.open (/opt/engine/store.js:3:9)'],
    { function: 'Store.open', file: '/opt/engine/store.js', line: 3 },
  ],
  [
    'an alias',
    ['    at Object.hear [as listener] (/opt/ltx/dist/main.js:2:2)'],
    { function: 'Object.hear [as listener]', file: 'dist/main.js', line: 2 },
  ],
  [
    'a frame without a place first',
    ['    at <anonymous>', '    at a (/opt/ltx/b.js:1:1)'],
    { function: 'a', file: 'b.js', line: 1 },
  ],
  [
    'an event of the engine, passed on',
    [
      '    at logEvent (/opt/ltx/src/replicate/log-events.ts:19:29)',
      '    at Store.#emit (/opt/engine/store.ts:282:9)',
      '    at Object.emit (/opt/engine/store.ts:152:30)',
      '    at UploadLoop.run (/opt/engine/upload-loop.ts:80:7)',
    ],
    { function: 'UploadLoop.run', file: '/opt/engine/upload-loop.ts', line: 80 },
  ],
  ['no stack', [], null],
] as const) {
  test(`placeOf: ${situation} → ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(placeOf(['Error: here', ...frames].join('\n'), root), expected)
  })
}

test('callerOf: a function, called through another one → who called the outermost of them', () => {
  const log = (): ReturnType<typeof callerOf> => inner()
  const inner = (): ReturnType<typeof callerOf> => callerOf(log)
  const place = log()
  assert.match(place?.file ?? '', /caller-of\.test\.ts$/)
})
