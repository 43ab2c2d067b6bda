import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../../test/temporary-directory.ts'

// What a watch reports is in the table that all files share (test/directory-rows.ts).
test('watchDirectory: a watch that nobody stops → the process ends all the same', () => {
  using root = temporaryDirectory()
  const url = resolve(import.meta.dirname, 'watch-directory.ts')
  const code = `import { watchDirectory } from ${JSON.stringify(url)}
    watchDirectory(${JSON.stringify(root.path)}, () => {}, (error) => { throw error })
    console.log('watching')`
  const output = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', code], {
    encoding: 'utf8',
  })
  assert.equal(output, 'watching\n')
})
