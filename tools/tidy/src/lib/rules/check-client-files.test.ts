import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkClientFiles } from './check-client-files.ts'

const stems = ['client', 'connect', 'errors', 'list', 'options', 'read', 'write', 'something-of-its-own']
const files = Object.fromEntries(stems.map((stem) => [`packages/client-x/src/lib/${stem}.ts`, '']))

test('checkClientFiles: a client with the files that all have, and the core → nothing', () => {
  const core = { 'packages/client-core/src/lib/errors.ts': '', 'packages/x/src/lib/a.ts': '' }
  assert.deepEqual(checkClientFiles(repositoryOf({ ...files, ...core })), [])
})

test('checkClientFiles: one file has another name → a finding that says which is missing', () => {
  const { 'packages/client-x/src/lib/read.ts': read = '', ...others } = files
  const found = checkClientFiles(repositoryOf({ ...others, 'packages/client-x/src/lib/reader.ts': read }))
  assert.deepEqual(
    found.map(({ path }) => path),
    ['packages/client-x/src/lib/read.ts'],
  )
})
