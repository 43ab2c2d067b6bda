import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkSizes, FILE_LINES_MAX, FUNCTION_LINES_MAX } from './check-sizes.ts'

const file = 'packages/x/src/x.ts'
const linesOf = (count: number): string => 'a()\n'.repeat(count)
const found = (source: string, name = file): string[] =>
  checkSizes(repositoryOf({ [name]: source })).map((f) => f.path)

test('checkSizes: file at the limit → nothing; one line more → a finding', () => {
  assert.deepEqual(found(linesOf(FILE_LINES_MAX)), [])
  assert.deepEqual(found(linesOf(FILE_LINES_MAX + 1)), [file])
})

test('checkSizes: function at the limit → nothing; one line more → a finding at its line', () => {
  assert.deepEqual(found(`b()\nfunction f(): void {\n${linesOf(FUNCTION_LINES_MAX - 2)}}\n`), [])
  assert.deepEqual(found(`b()\nfunction f(): void {\n${linesOf(FUNCTION_LINES_MAX - 1)}}\n`), [`${file}:2`])
})

test('checkSizes: generated file and describe → nothing', () => {
  assert.deepEqual(found(linesOf(FILE_LINES_MAX + 1), 'packages/x/src/lib/kernels.wasm.ts'), [])
  assert.deepEqual(
    found(`describe('x', () => {\n${linesOf(FUNCTION_LINES_MAX)}})\n`, 'packages/x/src/x.test.ts'),
    [],
  )
})
