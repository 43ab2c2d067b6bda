import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv } from '@ltx/env/sim'
import { KeptDescriptors } from './kept-descriptors.ts'

test('KeptDescriptors: the same file again → the same descriptor; another file of that name → its own', () => {
  const { blockingFiles } = simEnv({ seed: 1 })
  const write = (path: string, text: string): void => {
    using handle = blockingFiles.open(path, 'create')
    handle.write(new TextEncoder().encode(text), 0)
  }
  blockingFiles.makeDirectory('/data')
  write('/data/app.db', 'one')
  write('/data/other.db', 'two')
  const kept = new KeptDescriptors(blockingFiles)
  const first = kept.open('/data/app.db')
  assert.equal(kept.open('/data/app.db'), first)
  blockingFiles.rename('/data/other.db', '/data/app.db')
  const second = kept.open('/data/app.db')
  assert.notEqual(second, first)
  const bytes = new Uint8Array(3)
  second.read(bytes, 0)
  assert.equal(new TextDecoder().decode(bytes), 'two')
  first.read(bytes, 0)
  assert.equal(new TextDecoder().decode(bytes), 'one')
})
