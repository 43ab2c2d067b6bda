import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'vitest'
import { DATABASE_DEFAULTS, STORE_DEFAULTS } from '../src/lib/settings.ts'

const folder = resolve(import.meta.dirname, '..')
const readme = readFileSync(resolve(folder, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)

for (const [index, example] of examples.entries()) {
  test(`README: example ${index + 1} → runs, its assertions hold, and nothing keeps its process alive`, async () => {
    const flags = [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module-typescript',
      '--eval',
      example,
    ]
    await assert.doesNotReject(promisify(execFile)(process.execPath, flags, { cwd: folder, timeout: 50_000 }))
  }, 60_000)
}

test('README: its examples → import every door', () => {
  for (const door of ['', '/better-sqlite3', '/node-sqlite']) {
    assert.ok(
      examples.some((example) => example.includes(`'@ltx/replicator${door}'`)),
      door,
    )
  }
})

/** Rows of the table below a heading, as name and second cell. */
function tableBelow(heading: string): Record<string, string> {
  const [, rest = ''] = readme.split(`\n## ${heading}\n`)
  const [section = ''] = rest.split('\n## ')
  const rows = [...section.matchAll(/^\| `([^`]+)` +\| (.*?) +\|/gm)]
  return Object.fromEntries(rows.map(([, name = '', cell = '']) => [name, cell.replaceAll('`', '')]))
}

function asCells(defaults: object): Record<string, string> {
  return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, JSON.stringify(value)]))
}

test('README: its table of database settings → has each with its default', () => {
  const { metaPath, ...settings } = tableBelow('Settings of a database')
  assert.deepEqual(settings, asCells(DATABASE_DEFAULTS))
  assert.equal(metaPath, '(see meaning)')
})

test('README: its table of Store settings → has each with its default', () => {
  assert.deepEqual(tableBelow('Settings of a Store'), asCells(STORE_DEFAULTS))
})

test('README: its table of events → has every kind there is', () => {
  const source = readFileSync(resolve(folder, 'src/lib/events.ts'), 'utf8')
  const kinds = [...source.matchAll(/readonly kind: '([\w-]+)'/g)].map(([, kind = '']) => kind)
  assert.deepEqual(Object.keys(tableBelow('Events')).toSorted(), kinds.toSorted())
})

test('README: its table of errors → has every code there is', () => {
  const source = readFileSync(resolve(folder, 'src/lib/errors.ts'), 'utf8')
  const codes = [...source.matchAll(/^ {2}\| '(REPLICATOR_\w+)'/gm)].map(([, code = '']) => code)
  assert.deepEqual(Object.keys(tableBelow('Errors')).toSorted(), codes.toSorted())
})
