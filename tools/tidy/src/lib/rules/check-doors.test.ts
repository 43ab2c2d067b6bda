import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkDoors } from './check-doors.ts'

const published = (stem: string): unknown => ({ types: `./dist/${stem}.d.ts`, default: `./dist/${stem}.js` })
const self = { './package.json': './package.json' }
const good = {
  exports: { '.': './src/index.ts', ...self },
  publishConfig: { exports: { '.': published('index'), ...self } },
}

function faults(manifest: unknown, files: Record<string, string>): string {
  const tree = { 'packages/x/package.json': JSON.stringify(manifest), ...files }
  return checkDoors(repositoryOf(tree))
    .map((finding) => finding.message)
    .join('\n')
}

test('checkDoors: keys, published keys and files agree → nothing', () => {
  assert.equal(faults(good, { 'packages/x/src/index.ts': '', 'packages/x/src/lib/a.ts': '' }), '')
})

test('checkDoors: key without a file → a finding', () => {
  assert.match(faults(good, {}), /has no \.\/src\/index\.ts/)
})

test('checkDoors: file in src without a key → a finding', () => {
  const found = faults(good, { 'packages/x/src/index.ts': '', 'packages/x/src/extra.ts': '' })
  assert.match(found, /src\/extra\.ts is a door without a key/)
})

test('checkDoors: published key missing or pointing elsewhere → a finding', () => {
  const files = { 'packages/x/src/index.ts': '' }
  assert.match(
    faults({ ...good, publishConfig: { exports: self } }, files),
    /"publishConfig.exports" \. must be/,
  )
  const wrong = { ...good, publishConfig: { exports: { '.': './src/index.ts', ...self } } }
  assert.match(faults(wrong, files), /"publishConfig.exports" \. must be/)
})

test('checkDoors: bin without its file → a finding', () => {
  const tree = { 'apps/x/package.json': JSON.stringify({ bin: { ltx: './bin/ltx.js' } }) }
  assert.match(checkDoors(repositoryOf(tree))[0]?.message ?? '', /points to bin\/ltx\.js/)
  assert.deepEqual(checkDoors(repositoryOf({ ...tree, 'apps/x/bin/ltx.js': '' })), [])
})
