import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { VERBS } from './verbs.ts'

test('VERBS: names → in alphabetical order', () => {
  assert.deepEqual(Object.keys(VERBS), Object.keys(VERBS).toSorted())
})

test('VERBS: each → can be loaded, and its help shows an example', async () => {
  for (const [name, verb] of Object.entries(VERBS)) {
    const { io, output } = testIo()
    assert.equal(await (await verb.load()).run({ verb: name, summary: '' }, ['-h'], io), 0, name)
    assert.match(output.stdout, new RegExp(`\\nExamples?:\\n  ltx ${name}`), name)
  }
})
