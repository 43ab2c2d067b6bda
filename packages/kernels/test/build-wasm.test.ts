import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { buildWasm, moduleSource } from '../scripts/build-wasm.ts'

test('kernels.wasm.ts: built again from assembly/ → the same bytes', { timeout: 60_000 }, async () => {
  const committed = readFileSync(new URL('../src/lib/kernels.wasm.ts', import.meta.url), 'utf8')
  assert.ok(moduleSource(await buildWasm()) === committed, 'stale: run pnpm build:wasm')
})
