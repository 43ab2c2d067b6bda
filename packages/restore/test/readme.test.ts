import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'vitest'

const folder = resolve(import.meta.dirname, '..')
const readme = readFileSync(resolve(folder, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/^## `(\S+)`.*?```ts\n(.*?)```/gms)]

test('README: every door but the manifest → has an example', () => {
  assert.deepEqual(
    examples.map(([, door]) => door),
    ['@ltx/restore', '@ltx/restore/follow', '@ltx/restore/legacy'],
  )
})

test.for(examples)(
  'README: the example of $1 → runs, and its assertions hold',
  async ([, , example = '']) => {
    const flags = [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module-typescript',
      '--eval',
      example,
    ]
    await assert.doesNotReject(promisify(execFile)(process.execPath, flags, { cwd: folder }))
  },
)

test('README: its table of errors → has every code there is', () => {
  const source = readFileSync(resolve(folder, 'src/lib/errors.ts'), 'utf8')
  const codes = [...source.matchAll(/^ {2}\| '(RESTORE_\w+)'/gm)].map(([, code]) => code)
  assert.equal(codes.length, 10)
  for (const code of codes) assert.ok(readme.includes(`| \`${code}\``), code)
})
