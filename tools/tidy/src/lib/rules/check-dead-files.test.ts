import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkDeadFiles } from './check-dead-files.ts'

const file = 'packages/x/src/lib/a.ts'
const dead = (files: Record<string, string>): string[] =>
  checkDeadFiles(repositoryOf(files)).map((finding) => finding.path)

test('checkDeadFiles: nobody imports it → a finding, even with a test beside it', () => {
  assert.deepEqual(dead({ [file]: '' }), [file])
  assert.deepEqual(dead({ [file]: '', 'packages/x/src/lib/a.test.ts': "import { a } from './a.ts'" }), [file])
})

test('checkDeadFiles: imported, or started as a worker → nothing', () => {
  assert.deepEqual(dead({ [file]: '', 'packages/x/src/index.ts': "export { a } from './lib/a.ts'" }), [])
  assert.deepEqual(
    dead({ [file]: '', 'packages/x/src/index.ts': "new URL('./lib/a.ts', import.meta.url)" }),
    [],
  )
  assert.deepEqual(dead({ [file]: '', 'packages/x/src/index.ts': "path.join(folder, 'a.ts')" }), [])
})

test('checkDeadFiles: doors, tests, scripts, configuration → nothing', () => {
  const none = {
    'packages/x/src/index.ts': '',
    'packages/x/src/lib/b.test.ts': '',
    'packages/x/scripts/build.ts': '',
    'packages/x/vitest.config.ts': '',
  }
  assert.deepEqual(dead(none), [])
})
