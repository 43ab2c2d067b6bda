import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { MEASURES } from '../src/lib/all-measures.ts'
import type { BenchContext, Measure } from '../src/lib/measure.ts'
import { sourceProgram } from '../src/lib/program-under-test.ts'
import { runMeasures } from '../src/lib/run-measures.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'ltx-bench-test-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const context = (): BenchContext => ({
  effort: 'smoke',
  rounds: null,
  folder,
  ltx: sourceProgram(),
  peer: null,
  log: () => {},
})

function measure(name: string): Measure {
  const found = MEASURES.find((each) => each.name === name)
  assert.ok(found !== undefined, name)
  return found
}

test('measures: their names → each once', () => {
  assert.equal(new Set(MEASURES.map(({ name }) => name)).size, MEASURES.length)
})

test('encode-decode, tiny → two rows with rates, and its folder is gone', async () => {
  const [result] = await runMeasures([measure('encode-decode')], context(), true)
  assert.equal(result?.error, undefined)
  assert.deepEqual(
    result?.rows.map(({ what }) => what),
    ['encode', 'decode and verify'],
  )
  assert.ok(result?.rows.every(({ ours }) => ours.value > 0))
  assert.ok(!existsSync(path.join(folder, 'encode-decode')))
})

test('restore-small-files, tiny → the command restores the right bytes, and what it cost is there', async () => {
  const [result] = await runMeasures([measure('restore-small-files')], context(), true)
  assert.equal(result?.error, undefined)
  assert.equal(result?.rows.length, 4)
  assert.ok(result?.rows.every(({ ours }) => ours.value > 0))
})

test('runMeasures: one fails → its error is its result, the next one runs, one that takes long is named', async () => {
  const failing: Measure = { name: 'a', about: '', run: () => Promise.reject(new Error('other bytes')) }
  const good: Measure = { name: 'b', about: '', run: () => Promise.resolve([]) }
  const long: Measure = { name: 'c', about: '', fullOnly: true, run: () => Promise.resolve([]) }
  const results = await runMeasures([failing, good, long], context(), false)
  assert.match(results[0]?.error ?? '', /other bytes/)
  assert.equal(results[1]?.error, undefined)
  assert.match(results[2]?.skipped ?? '', /long/)
})
