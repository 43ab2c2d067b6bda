import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkImports } from './check-imports.ts'

const manifest = (name: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ name, exports: { '.': './src/index.ts', './testing': './src/testing.ts' }, ...more })

const tree = {
  'packages/format/package.json': manifest('@ltx/format', {
    dependencies: { '@ltx/wal': 'workspace:^' },
    devDependencies: { '@ltx/env': 'workspace:^' },
  }),
  'packages/wal/package.json': manifest('@ltx/wal'),
  'packages/env/package.json': manifest('@ltx/env', { exports: { '.': '', './node': '' } }),
  'packages/client-s3/package.json': manifest('@ltx/client-s3', {
    dependencies: { sdk: '1.0.0', '@ltx/env': 'workspace:^' },
  }),
  'packages/format/src/lib/a.ts': '',
}

function faults(file: string, source: string): string[] {
  return checkImports(repositoryOf({ ...tree, [file]: source })).map((finding) => finding.message)
}

const rows: readonly [situation: string, file: string, source: string, fault: RegExp | null][] = [
  ['edge of the table', 'packages/format/src/x.ts', "import '@ltx/wal'", null],
  [
    'edge against the table',
    'packages/wal/src/x.ts',
    "import '@ltx/format'",
    /wal may not import @ltx\/format/,
  ],
  ['testing door in a test', 'packages/format/src/x.test.ts', "import '@ltx/wal/testing'", null],
  ['node door in a test', 'packages/format/src/x.test.ts', "import '@ltx/env/node'", null],
  ['node door in a source', 'packages/client-s3/src/x.ts', "import '@ltx/env/node'", /take an Env/],
  ['no such door', 'packages/format/src/x.ts', "import '@ltx/wal/lib/x.ts'", /is not a door/],
  [
    'third party below the clients',
    'packages/format/src/x.ts',
    "import 'yaml'",
    /depends on nothing outside/,
  ],
  ['SDK in connect.ts', 'packages/client-s3/src/lib/connect.ts', "import 'sdk'", null],
  [
    'SDK elsewhere',
    'packages/client-s3/src/lib/list.ts',
    "import 'sdk'",
    /only packages\/client-s3\/src\/lib\/connect.ts/,
  ],
  ['relative file', 'packages/format/src/x.ts', "import './lib/a.ts'", null],
  ['relative file that is missing', 'packages/format/src/x.ts', "import './lib/b.ts'", /is not a file/],
  [
    'relative path out of the package',
    'packages/format/src/x.ts',
    "import '../../wal/src/x.ts'",
    /leaves the package/,
  ],
]

for (const [situation, file, source, fault] of rows) {
  test(`checkImports: ${situation} → ${fault === null ? 'nothing' : 'a finding'}`, () => {
    const found = faults(file, source)
    if (fault === null) assert.deepEqual(found, [])
    else assert.match(found.join('\n'), fault)
  })
}

test('checkImports: development dependency in a published source → a finding', () => {
  const source = {
    ...tree,
    'packages/client-core/package.json': manifest('@ltx/client-core', {
      devDependencies: { '@ltx/env': '' },
    }),
  }
  const found = checkImports(
    repositoryOf({ ...source, 'packages/client-core/src/x.ts': "import '@ltx/env'" }),
  )
  assert.match(found[0]?.message ?? '', /not in the "dependencies"/)
})
