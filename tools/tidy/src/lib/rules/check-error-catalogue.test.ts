import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'vitest'
import { CATALOGUE_PATH } from '../error-catalogue.ts'
import { readRepository, repositoryOf } from '../repository.ts'
import { checkErrorCatalogue } from './check-error-catalogue.ts'

const ROW = '| `X_GONE` | it went | look for it |\n'
const README = `| code | what happened | what to do |\n| --- | --- | --- |\n${ROW}`
const SOUND: Readonly<Record<string, string>> = {
  'packages/x/package.json': '{ "name": "@ltx/x" }',
  'packages/x/README.md': README,
  'packages/x/src/lib/errors.ts': "export type XErrorCode = 'X_GONE'\n",
}

const rows: readonly [situation: string, change: Record<string, string>, messages: RegExp[]][] = [
  ['each code with its row', {}, []],
  [
    'a code without a row',
    { 'packages/x/src/lib/errors.ts': "export type XErrorCode =\n  | 'X_GONE'\n  | 'X_NEW'\n" },
    [/^X_NEW has no row/],
  ],
  [
    'a row without a code',
    { 'packages/x/README.md': `${README}| \`X_OLD\` | it was | wait |\n` },
    [/^X_OLD is no code/],
  ],
  [
    'a row without a remedy',
    { 'packages/x/README.md': README.replace('look for it', '') },
    [/^X_GONE has no/],
  ],
  ['a catalogue of yesterday', { [CATALOGUE_PATH]: '# Errors\n' }, [/^is not what the sources say/]],
]

for (const [situation, change, messages] of rows) {
  test(`checkErrorCatalogue: ${situation} → ${messages.length} findings`, () => {
    const findings = checkErrorCatalogue(repositoryOf({ ...SOUND, ...change }))
    assert.equal(findings.length, messages.length)
    for (const [at, message] of messages.entries()) assert.match(findings[at]?.message ?? '', message)
  })
}

test('checkErrorCatalogue: this repository → codes in the sources, and headings in the catalogue, are the same', () => {
  const repository = readRepository(path.resolve(import.meta.dirname, '../../../../..'))
  assert.deepEqual(checkErrorCatalogue(repository), [])
  const catalogue = repository.files.get(CATALOGUE_PATH) ?? ''
  const headings = [...catalogue.matchAll(/^### ([A-Z_]+)$/gm)].map(([, code = '']) => code)
  const codes = new Set<string>()
  for (const file of repository.files.keys()) {
    if (!/^packages\/[^/]+\/src\/lib\/errors\.ts$/.test(file)) continue
    const [, union = ''] = /export type \w+ErrorCode =(.*?)\n\n/s.exec(repository.files.get(file) ?? '') ?? []
    for (const [, code = ''] of union.matchAll(/'([A-Z_]+)'/g)) codes.add(code)
  }
  assert.ok(codes.size > 40)
  assert.equal(headings.length, codes.size)
  assert.deepEqual(new Set(headings), codes)
})
