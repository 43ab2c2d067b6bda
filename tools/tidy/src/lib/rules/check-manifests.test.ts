import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkManifests } from './check-manifests.ts'

const good = {
  name: '@ltx/x',
  description: 'Something that a reader understands',
  license: 'Apache-2.0',
  repository: { type: 'git', url: 'git+https://github.com/ltx-js/ltx.git', directory: 'packages/x' },
  files: ['src', '!src/**/*.test.ts', 'dist'],
  type: 'module',
  sideEffects: false,
  publishConfig: { access: 'public' },
  engines: { node: '>=22.18' },
}

function faults(
  manifest: Record<string, unknown>,
  files: Record<string, string> = { 'packages/x/README.md': '# x' },
): string {
  return checkManifests(repositoryOf({ 'packages/x/package.json': JSON.stringify(manifest), ...files }))
    .map((finding) => finding.message)
    .join('\n')
}

test('checkManifests: all there → nothing', () => assert.equal(faults(good), ''))

for (const key of Object.keys(good)) {
  test(`checkManifests: no "${key}" → a finding that names it`, () => {
    assert.match(faults({ ...good, [key]: undefined }), new RegExp(`"${key}`))
  })
}

test('checkManifests: no README → a finding', () => assert.match(faults(good, {}), /no README\.md/))

test('checkManifests: a dependency that the table does not name → a finding', () => {
  assert.match(faults({ ...good, dependencies: { lodash: 'catalog:' } }), /"lodash" is not in THIRD_PARTY/)
  assert.match(faults({ ...good, dependencies: { '@ltx/wal': '^1.0.0' } }), /must be "workspace:\^"/)
})

function cli(notice: string): string {
  const manifest = JSON.stringify({ dependencies: { yaml: 'catalog:' } })
  return checkManifests(repositoryOf({ 'apps/cli/package.json': manifest, NOTICE: notice }))
    .map((finding) => finding.message)
    .join('\n')
}

test('checkManifests: a dependency whose licence NOTICE does not name → a finding', () => {
  assert.match(cli(''), /"yaml" is not in NOTICE/)
  assert.doesNotMatch(cli('yaml: ISC'), /NOTICE/)
})

test('checkManifests: a tool that is not private → a finding', () => {
  const tool = { license: 'Apache-2.0', type: 'module', description: 'A tool of this repository' }
  const found = checkManifests(repositoryOf({ 'tools/x/package.json': JSON.stringify(tool) }))
  assert.match(found[0]?.message ?? '', /"private" must be true/)
})
