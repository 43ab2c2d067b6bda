import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map((match) => match[1]!)

test('README.md: has an example', () => assert.ok(examples.length > 0))

for (const [index, example] of examples.entries()) {
  test(`README.md: example ${index + 1} → runs`, () => {
    const run = spawnSync(process.execPath, ['--input-type=module-typescript'], {
      cwd: fileURLToPath(new URL('..', import.meta.url)), // from here the package's own name resolves
      input: example,
      encoding: 'utf8',
    })
    assert.equal(run.status, 0, run.stderr)
  })
}
