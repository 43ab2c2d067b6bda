import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isTemporaryName, parseTemporaryName, temporaryName } from './temporary-name.ts'

const drawn = [0x0123_4567 / 0x1_0000_0000, 1 - 2 ** -53, 0, 0.5]
const env = { processId: 4711, random: { next: () => drawn.shift() ?? 0, hex: () => 'x' } }

test('temporaryName: made → NAME.PID.RANDOM.tmp, and it reads back', () => {
  const name = temporaryName(env, 'app.db')
  assert.equal(name, 'app.db.4711.01234567ffffffff.tmp')
  assert.deepEqual(parseTemporaryName(name), { base: 'app.db', processId: 4711 })
  assert.equal(temporaryName(env, 'app.db'), 'app.db.4711.0000000080000000.tmp')
})

const rows: readonly [name: string, parsed: ReturnType<typeof parseTemporaryName>][] = [
  [
    '0000000000000001-0000000000000001.ltx.1.0123456789abcdef.tmp',
    { base: '0000000000000001-0000000000000001.ltx', processId: 1 },
  ],
  [
    '0000000000000001-0000000000000001.ltx.tmp',
    { base: '0000000000000001-0000000000000001.ltx', processId: null },
  ],
  ['a.1.0123456789abcde.tmp', { base: 'a.1.0123456789abcde', processId: null }],
  ['a.1.0123456789ABCDEF.tmp', { base: 'a.1.0123456789ABCDEF', processId: null }],
  ['a.x.0123456789abcdef.tmp', { base: 'a.x.0123456789abcdef', processId: null }],
  ['a.tmp.tmp', { base: 'a.tmp', processId: null }],
  ['.tmp', null],
  ['a.tmpx', null],
  ['a.tmp.ltx', null],
  ['tmp', null],
  ['', null],
]

for (const [name, parsed] of rows) {
  test(`parseTemporaryName: ${JSON.stringify(name)} → ${parsed === null ? 'null' : `process ${parsed.processId}`}`, () => {
    assert.deepEqual(parseTemporaryName(name), parsed)
    assert.equal(isTemporaryName(name), parsed !== null)
  })
}
