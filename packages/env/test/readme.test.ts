import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'vitest'

const folder = resolve(import.meta.dirname, '..')
const readme = readFileSync(resolve(folder, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '')

test('README: its examples → one for each door', () => assert.equal(examples.length, 3))

for (const [index, code] of examples.entries()) {
  test(`README: example ${index + 1} → runs, and its assertions hold`, () => {
    const output = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', code], {
      cwd: folder,
      encoding: 'utf8',
    })
    assert.equal(output, '')
  })
}
