import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'vitest'

const folder = resolve(import.meta.dirname, '..')
const readme = readFileSync(resolve(folder, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '')
const run = promisify(execFile)

test('README: its examples → one for each door', () => assert.equal(examples.length, 1))

for (const [index, code] of examples.entries()) {
  test(`README: example ${index + 1} → runs, and its assertions hold`, async () => {
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', code]
    const { stdout } = await run(process.execPath, flags, { cwd: folder })
    assert.doesNotMatch(stdout, /^# fail [1-9]/m)
  })
}
