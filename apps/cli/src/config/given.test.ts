import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Section, type GivenValue } from './given.ts'
import type { Keys } from './schema.ts'

const keys: Keys = {
  path: { about: '', kind: 'string', initial: '' },
  wait: { about: '', kind: 'duration', initial: 1000 },
  open: { about: '', kind: 'duration' },
  on: { about: '', kind: 'boolean', initial: true },
  inner: { about: '', kind: 'section', keys: { n: { about: '', kind: 'integer', initial: 5 } } },
  items: {
    about: '',
    kind: 'list',
    item: { kind: 'section', keys: { n: { about: '', kind: 'integer', initial: 7 } } },
  },
}
const scalar = (value: string | number | boolean, line: number): GivenValue => ({
  kind: 'scalar',
  value,
  line,
})

test('Section: nothing given → the table’s defaults', () => {
  const section = new Section(keys, new Map(), 1)
  assert.equal(section.text('path'), '')
  assert.equal(section.duration('wait'), 1000)
  assert.equal(section.isOn('on'), true)
  assert.equal(section.section('inner').integer('n'), 5)
  assert.equal(section.sections('items'), null)
  assert.equal(section.count('items'), 0)
  assert.equal(section.isGiven('path'), false)
  assert.equal(section.value('open'), undefined)
})

test('Section: values given → those, with their lines', () => {
  const item: GivenValue = { kind: 'section', values: new Map([['n', scalar(8, 5)]]), line: 5 }
  const given = new Map<string, GivenValue>([
    ['path', scalar('/a', 2)],
    ['on', scalar(false, 3)],
    ['items', { kind: 'list', items: [item], line: 4 }],
  ])
  const section = new Section(keys, given, 1)
  assert.equal(section.text('path'), '/a')
  assert.equal(section.isOn('on'), false)
  assert.deepEqual(
    section.sections('items')?.map((one) => [one.integer('n'), one.lineOf('n')]),
    [[8, 5]],
  )
  assert.equal(section.count('items'), 1)
  assert.deepEqual([section.lineOf('path'), section.lineOf('wait')], [2, 1])
})

test('Section: a key that the table does not have, or of another kind → our mistake, a TypeError', () => {
  const section = new Section(keys, new Map(), 1)
  assert.throws(() => section.text('pth'), TypeError)
  assert.throws(() => section.text('wait'), TypeError)
  assert.throws(() => section.duration('open'), TypeError)
  assert.throws(() => section.section('path'), TypeError)
  assert.throws(() => section.sections('path'), TypeError)
})
