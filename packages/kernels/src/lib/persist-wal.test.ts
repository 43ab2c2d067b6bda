import assert from 'node:assert/strict'
import { test } from 'vitest'
import { loadPersistWal } from './persist-wal.ts'

const EXTENSION = { file: '/native.node', entryPoint: 'init' }

test('loadPersistWal: the addon is there → its file and entry point', () => {
  assert.deepEqual(
    loadPersistWal(() => ({ persistWal: { ...EXTENSION, more: 1 } })),
    EXTENSION,
  )
})

const absent: readonly [situation: string, load: () => unknown][] = [
  ['not installed', () => assert.fail('MODULE_NOT_FOUND')],
  ['no build for this machine', () => ({ native: undefined, persistWal: undefined })],
  ['an older addon', () => ({ native: {} })],
  ['another shape', () => ({ persistWal: { file: 7 } })],
  ['another module altogether', () => null],
]

for (const [situation, load] of absent) {
  test(`loadPersistWal: ${situation} → null`, () => assert.equal(loadPersistWal(load), null))
}
