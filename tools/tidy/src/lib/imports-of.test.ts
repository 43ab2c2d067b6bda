import assert from 'node:assert/strict'
import { test } from 'vitest'
import { importsOf, packageNameOf, resolveRelative } from './imports-of.ts'
import { repositoryOf } from './repository.ts'

test('importsOf: every form of import → specifier and line', () => {
  const source = [
    "import { a } from './a.ts'",
    "import type { B } from '@ltx/b'",
    "export { c,\n  d } from '@ltx/c/testing'",
    "import 'side-effect'",
    "const lazy = await import('lazy')",
    "type T = import('types').T",
    "export * from './star.ts'",
  ].join('\n')
  const found = importsOf(repositoryOf({ 'packages/x/src/x.ts': source }), 'packages/x/src/x.ts')
  assert.deepEqual(
    found.map((edge) => `${edge.line} ${edge.specifier}`),
    ['1 ./a.ts', '2 @ltx/b', '4 @ltx/c/testing', '5 side-effect', '6 lazy', '7 types', '8 ./star.ts'],
  )
})

test('importsOf: imports in comments and strings → not seen', () => {
  const source =
    "// import 'a'\n/* import { b } from 'b' */\nconst text = `import { c } from 'c'`\nexport const from = 'd'\n"
  assert.deepEqual(importsOf(repositoryOf({ 'packages/x/src/x.ts': source }), 'packages/x/src/x.ts'), [])
})

test('packageNameOf: scoped and plain specifiers → the package', () => {
  assert.equal(packageNameOf('@ltx/format/testing'), '@ltx/format')
  assert.equal(packageNameOf('yaml/x'), 'yaml')
})

test('resolveRelative: dots → a repository path', () => {
  assert.equal(resolveRelative('packages/x/src/lib/a.ts', '../../src/./b.ts'), 'packages/x/src/b.ts')
})
