import assert from 'node:assert/strict'
import { test } from 'vitest'

// A process without these words dies once in some tens of runs, in whichever test ends threads and starts others: too seldom to be
// understood a second time. See docs/discoveries/node-24-threads-and-typescript.md.
test('tests: on Node 24 and there alone → V8 optimises no wrapper of a WebAssembly import', () => {
  const budgets = process.execArgv.filter((word) => word.startsWith('--wasm-wrapper-tiering-budget='))
  const isAffected = process.versions.node.startsWith('24.')
  assert.deepEqual(budgets, isAffected ? ['--wasm-wrapper-tiering-budget=1000000000'] : [])
})
