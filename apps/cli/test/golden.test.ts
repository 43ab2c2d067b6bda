import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import { runGoldenCase } from './golden-case.ts'

// `LTX_UPDATE_GOLDEN=1 vitest run test/golden.test.ts` writes what is printed now; look at the difference before it is committed.
const folder = fileURLToPath(new URL('golden/', import.meta.url))
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.cmd'))
  .map((name) => name.slice(0, -'.cmd'.length))
const update = process.env['LTX_UPDATE_GOLDEN'] === '1'

test('golden: every expectation has its command', () => {
  const expected = readdirSync(folder).filter((name) => name.endsWith('.expected'))
  assert.deepEqual(expected.toSorted(), names.map((name) => `${name}.expected`).toSorted())
})

for (const name of names) {
  test(`golden: ${name} → as expected`, async () => {
    const found = await runGoldenCase(readFileSync(`${folder}${name}.cmd`, 'utf8'))
    const expectedPath = `${folder}${name}.expected`
    if (update) writeFileSync(expectedPath, found)
    assert.ok(existsSync(expectedPath), 'there is no .expected file: see the top of this test')
    assert.equal(found, readFileSync(expectedPath, 'utf8'))
  })
}
