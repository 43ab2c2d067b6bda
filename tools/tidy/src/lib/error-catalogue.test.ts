import assert from 'node:assert/strict'
import { test } from 'vitest'
import { errorCatalogue } from './error-catalogue.ts'
import { repositoryOf } from './repository.ts'

const table = (heading: string, row: string): string =>
  `| code | ${heading} | what to do |\n| --- | --- | --- |\n| ${row} |\n`

test('errorCatalogue: a code that a storage explains too → both, under one heading', () => {
  const { text, problems } = errorCatalogue(
    repositoryOf({
      'packages/client-core/package.json': '{ "name": "@ltx/client-core" }',
      'packages/client-core/README.md': table('what happened', '`CLIENT_BUSY` | throttled | wait'),
      'packages/client-core/src/lib/errors.ts': "export type ClientErrorCode = 'CLIENT_BUSY'\n",
      'packages/client-s3/package.json': '{ "name": "@ltx/client-s3" }',
      'packages/client-s3/README.md': table('usual cause', '`CLIENT_BUSY` | `SlowDown` | fewer requests'),
      'apps/cli/README.md': '| error | what to do |\n| --- | --- |\n| `no file` | name it |\n',
    }),
  )
  assert.deepEqual(problems, [])
  assert.match(text, /^## `CLIENT_…` of \[@ltx\/client-core\]\(\.\.\/packages\/client-core\)$/m)
  assert.match(
    text,
    /^### CLIENT_BUSY\n\nCause: throttled\.\n\nWhat to do: wait\.\n\n- s3: `SlowDown`\. Fewer requests\.$/m,
  )
  assert.match(text, /^- `no file`: name it\.$/m)
})
