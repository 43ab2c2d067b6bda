import assert from 'node:assert/strict'
import { test } from 'vitest'
import {
  durationFlag,
  FlagValueError,
  integerFlag,
  parsedFlag,
  switchFlag,
  textFlag,
  withChoices,
} from './flag.ts'

test('switchFlag: each spelling of true and false → its value', () => {
  const flag = switchFlag('')
  for (const text of ['1', 't', 'T', 'true', 'TRUE', 'True']) assert.equal(flag.parse(text), true, text)
  for (const text of ['0', 'f', 'F', 'false', 'FALSE', 'False']) assert.equal(flag.parse(text), false, text)
})

test('switchFlag: another word → FlagValueError', () => {
  for (const text of ['', 'yes', 'tRUE', '2']) assert.throws(() => switchFlag('').parse(text), FlagValueError)
})

test('integerFlag: too large a number → its own reason', () => {
  assert.equal(integerFlag('N', '', 8).parse('0x10'), 16)
  assert.throws(
    () => integerFlag('N', '', 8).parse('99999999999999999999'),
    /^FlagValueError: value out of range$/,
  )
})

test('durationFlag: a duration → milliseconds', () => {
  assert.equal(durationFlag('D', '', 1000).parse('1.5s'), 1500)
  assert.throws(() => durationFlag('D', '', 1000).parse('1d'), FlagValueError)
})

test('textFlag and parsedFlag: any text → what the parser says', () => {
  assert.equal(textFlag('PATH', '').parse(''), '')
  assert.equal(parsedFlag('X', '', 0, (text) => text.length).parse('abc'), 3)
})

test('withChoices: a flag → the same, which says what is offered for it', () => {
  const flag = withChoices(integerFlag('N', 'how many', 8), ['8', '16'])
  assert.deepEqual([flag.initial, flag.help, flag.choices], [8, 'how many', ['8', '16']])
  assert.equal(flag.parse('5'), 5)
})
