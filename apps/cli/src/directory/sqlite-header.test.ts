import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { hasSqliteHeader } from './sqlite-header.ts'

const rows: readonly (readonly [situation: string, bytes: string, expected: boolean])[] = [
  ['a database', `SQLite format 3\0${'x'.repeat(84)}`, true],
  ['nothing in it yet', '', false],
  ['half a header', 'SQLite form', false],
  ['something else', 'not a database at all', false],
]
for (const [situation, bytes, expected] of rows) {
  test(`hasSqliteHeader: ${situation} → ${expected}`, async () => {
    await using temporary = await temporaryDirectory()
    const path = join(temporary.path, 'a.db')
    await writeFile(path, bytes)
    assert.equal(await hasSqliteHeader(path), expected)
  })
}
