import assert from 'node:assert/strict'
import { test } from 'vitest'
import { stagesOf } from './profile-stages.ts'

const frames: readonly [functionName: string, url: string, stage: string][] = [
  ['(idle)', '', 'idle'],
  ['(garbage collector)', '', 'garbage collector'],
  ['(program)', '', 'native code'],
  ['wasm-function[2]', 'wasm://wasm/0e1a4846', 'kernels: WebAssembly'],
  ['decodePageFrame', 'file:///x/node_modules/@ltx/kernels/dist/index.js', 'kernels: around it'],
  ['decodeFile', 'file:///x/node_modules/@ltx/format/dist/index.js', '@ltx/format'],
  ['main', 'file:///repo/apps/cli/src/main.ts', '@ltx/cli'],
  ['prepare', 'file:///x/node_modules/better-sqlite3/lib/database.js', 'better-sqlite3'],
  ['load', 'node:internal/modules/esm/loader', 'Node: start, modules'],
  ['read', 'node:internal/fs/promises', 'Node: files'],
  ['read', '', 'file calls'],
  ['emit', 'node:events', 'Node: other'],
  ['something', '', 'other'],
]

test('stagesOf: a sample in each kind of function → its time in the stage of it', () => {
  const nodes = frames.map(([functionName, url], id) => ({ id, callFrame: { functionName, url } }))
  const samples = frames.map((_, id) => id)
  const timeDeltas = frames.map((_, id) => (id + 1) * 1000)
  const stages = stagesOf({ nodes, samples, timeDeltas })
  assert.deepEqual(
    [...stages],
    frames.map(([, , stage], id) => [stage, id + 1]),
  )
})

test('stagesOf: several samples of one stage → their sum', () => {
  const nodes = [{ id: 7, callFrame: { functionName: '(program)', url: '' } }]
  assert.deepEqual([...stagesOf({ nodes, samples: [7, 7], timeDeltas: [500, 250] })], [['native code', 0.75]])
})
