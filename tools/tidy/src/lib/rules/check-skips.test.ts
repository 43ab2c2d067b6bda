import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkSkips } from './check-skips.ts'

const file = 'packages/x/src/a.test.ts'
const list = [{ file, test: 'x', reason: 'none here' }]
const paths = (source: string, expected = [] as typeof list): string[] =>
  checkSkips(repositoryOf({ [file]: source }), expected).map((finding) => finding.path)

for (const source of [
  "test.skip('x', f)",
  "test.skipIf(a)('x', f)",
  "test('x', (ctx) => ctx.skip('y'))",
  "test('x', { skip: true }, f)",
]) {
  test(`checkSkips: ${source} → a finding, unless it is on the list`, () => {
    assert.deepEqual(paths(source), [`${file}:1`])
    assert.deepEqual(paths(source, list), [])
  })
}

for (const source of ["test.only('x', f)", "describe.todo('x')", "test('x', { retry: 2 }, f)"]) {
  test(`checkSkips: ${source} → a finding`, () => assert.deepEqual(paths(source), [`${file}:1`]))
}

test('checkSkips: a listed file that does not skip → a finding', () => {
  assert.deepEqual(paths("test('x', f)", list), ['tools/tidy/src/expected-skips.ts'])
})

test('checkSkips: a word of that name elsewhere → nothing', () => {
  assert.deepEqual(paths("test('x', () => reader.skipBytes(2))"), [])
})
