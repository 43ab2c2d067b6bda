import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'vitest'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/^## (.*?)$|^```ts\n(.*?)^```$/gms)]
const run = promisify(execFile)

let heading = ''
let count = 0
for (const [, title, code] of examples) {
  if (title !== undefined) heading = title
  if (code === undefined) continue
  count++
  test(`readme: ${heading} → runs`, async () => {
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', code]
    await assert.doesNotReject(run(process.execPath, flags, { cwd: packageFolder }))
  })
}

test('readme: examples → one a door at least', () => assert(count >= 4))
