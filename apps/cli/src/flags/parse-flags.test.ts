import assert from 'node:assert/strict'
import { test } from 'vitest'
import { integerFlag, switchFlag, textFlag } from './flag.ts'
import { parseFlags } from './parse-flags.ts'

const flags = { config: textFlag('PATH', ''), json: switchFlag(''), n: integerFlag('N', '', 8) }
const initial = { config: '', json: false, n: 8 }

const good: readonly [words: string, values: Partial<typeof initial>, positionals: string[]][] = [
  ['', {}, []],
  ['-config a.yml', { config: 'a.yml' }, []],
  ['--config a.yml', { config: 'a.yml' }, []],
  ['-config=a=b', { config: 'a=b' }, []],
  ['-config=', { config: '' }, []],
  ['-config -json', { config: '-json' }, []],
  ['-json db', { json: true }, ['db']],
  ['-json true', { json: true }, ['true']],
  ['-json=false db', { json: false }, ['db']],
  ['-json=T', { json: true }, []],
  ['-n 1 -n 0x10', { n: 16 }, []],
  ['db -json', {}, ['db', '-json']],
  ['-json -- -n', { json: true }, ['-n']],
  ['- -json', {}, ['-', '-json']],
]
for (const [words, values, positionals] of good) {
  test(`parseFlags: "${words}" → ${JSON.stringify({ ...values, positionals })}`, () => {
    const parsed = parseFlags(flags, words === '' ? [] : words.split(' '))
    assert.deepEqual(parsed, { kind: 'flags', values: { ...initial, ...values }, positionals })
  })
}

const bad: readonly [words: string, because: string][] = [
  ['-x', 'flag provided but not defined: -x'],
  ['--x=1', 'flag provided but not defined: -x'],
  ['-toString', 'flag provided but not defined: -toString'],
  ['---json', 'bad flag syntax: ---json'],
  ['-=1', 'bad flag syntax: -=1'],
  ['-config', 'flag needs an argument: -config'],
  ['-json=maybe', 'invalid boolean value "maybe" for -json: parse error'],
  ['-n x', 'invalid value "x" for flag -n: parse error'],
  ['-n 99999999999999999999', 'invalid value "99999999999999999999" for flag -n: value out of range'],
]
for (const [words, because] of bad) {
  test(`parseFlags: "${words}" → ${because}`, () => {
    assert.deepEqual(parseFlags(flags, words.split(' ')), { kind: 'bad', because })
  })
}

test('parseFlags: each spelling of help → help', () => {
  for (const word of ['-h', '--h', '-help', '--help', '-h=1']) {
    assert.deepEqual(parseFlags(flags, [word]), { kind: 'help' }, word)
  }
})

test('parseFlags: something wrong before the help flag → that is reported', () => {
  assert.equal(parseFlags(flags, ['-x', '-h']).kind, 'bad')
})
