import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseArguments, type BenchArguments } from './bench-arguments.ts'

const plain: BenchArguments = {
  effort: 'full',
  rounds: null,
  only: [],
  json: null,
  compare: null,
  show: null,
  ltx: null,
  from: 'packed',
  peer: null,
  oursAlone: false,
  list: false,
  help: false,
}

const rows: readonly [line: string, Partial<BenchArguments>][] = [
  ['', {}],
  ['--', {}],
  ['--quick', { effort: 'quick' }],
  ['--quick --source', { effort: 'quick', from: 'source' }],
  ['--source', { from: 'source' }],
  ['--only encode', { only: ['encode'] }],
  ['--only=encode --only decode', { only: ['encode', 'decode'] }],
  ['--json a=b.json', { json: 'a=b.json' }],
  ['--no-peer', { oursAlone: true }],
  ['--peer /x/litestream --ltx /y/ltx.js', { peer: '/x/litestream', ltx: '/y/ltx.js' }],
  ['--rounds 3', { rounds: 3 }],
  ['--smoke', { effort: 'smoke' }],
  ['--show a.json --compare b.json', { show: 'a.json', compare: 'b.json' }],
  ['--list', { list: true }],
  ['-h', { help: true }],
]
for (const [line, expected] of rows) {
  test(`parseArguments: "${line}" → ${JSON.stringify(expected)}`, () =>
    assert.deepEqual(parseArguments(line === '' ? [] : line.split(' ')), { ...plain, ...expected }))
}

for (const line of ['--fast', 'encode', '--only', '--only=', '--quick=1', '--rounds 0', '--rounds x']) {
  test(`parseArguments: "${line}" → RangeError`, () =>
    assert.throws(() => parseArguments(line.split(' ')), RangeError))
}
