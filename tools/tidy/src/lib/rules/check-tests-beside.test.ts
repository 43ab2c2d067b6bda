import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkTestsBeside } from './check-tests-beside.ts'

const source = 'export function f(): void {}\n'
const file = 'packages/x/src/lib/a.ts'

function faults(files: Record<string, string>, elsewhere: { path: string; by: string }[] = []): string[] {
  return checkTestsBeside(repositoryOf(files), elsewhere).map((finding) => finding.path)
}

test('checkTestsBeside: behaviour without a test → a finding', () => {
  assert.deepEqual(faults({ [file]: source }), [file])
})

test('checkTestsBeside: a test beside it, of any kind → nothing', () => {
  assert.deepEqual(faults({ [file]: source, 'packages/x/src/lib/a.test.ts': '' }), [])
  assert.deepEqual(faults({ [file]: source, 'packages/x/src/lib/a.hostile.test.ts': '' }), [])
  assert.deepEqual(faults({ [file]: source, 'packages/x/src/lib/a-b.test.ts': '' }), [file])
})

test('checkTestsBeside: types only, doors, generated files, commands → nothing', () => {
  const none = {
    [file]: 'export interface A {\n  f: () => void\n}\n',
    'packages/x/src/index.ts': source,
    'packages/x/src/lib/kernels.wasm.ts': source,
    'apps/cli/src/commands/restore.ts': source,
  }
  assert.deepEqual(faults(none), [])
})

test('checkTestsBeside: tested elsewhere → nothing, but only while that test is there', () => {
  const elsewhere = [{ path: file, by: 'packages/x/test/conformance.test.ts' }]
  assert.deepEqual(faults({ [file]: source, 'packages/x/test/conformance.test.ts': '' }, elsewhere), [])
  assert.deepEqual(faults({ [file]: source }, elsewhere), ['tools/tidy/src/exceptions.ts'])
})
