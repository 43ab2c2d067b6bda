import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkLinks } from './check-links.ts'

const rows: readonly [situation: string, text: string, findings: number][] = [
  ['a file beside it', '[b](b.md)', 0],
  ['a file above', '[r](../README.md)', 0],
  ['a folder', '[p](../packages/x) [p](../packages/x/)', 0],
  ['a file that is not there', 'x\n[c](c.md)', 1],
  ['a folder that is not there', '[c](../packages/y)', 1],
  ['a heading', '[b](b.md#what-it-does-all)', 0],
  ['a heading that is not there', '[b](b.md#what)', 1],
  ['a heading of its own', '# Here it is\n\n[h](#here-it-is) [g](#gone)', 1],
  ['another site', '[x](https://example.com/gone.md) [m](mailto:a@example.com)', 0],
  ['in a fence', '```md\n[c](c.md)\n```\n', 0],
]

for (const [situation, text, count] of rows) {
  test(`checkLinks: ${situation} → ${count} findings`, () => {
    const repository = repositoryOf({
      'README.md': '',
      'docs/a.md': text,
      'docs/b.md': '## What it does: `all`\n',
      'packages/x/package.json': '{}',
    })
    assert.equal(checkLinks(repository).length, count)
  })
}

test('checkLinks: a broken link → told with its line', () => {
  const [finding] = checkLinks(repositoryOf({ 'a.md': '```\nx\n```\n[c](c.md)\n' }))
  assert.deepEqual(finding, { path: 'a.md:4', rule: 'link', message: 'c.md: there is no c.md' })
})
