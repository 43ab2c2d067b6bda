import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { readRecord, writeRecord } from './checked-record.ts'

function world(): ReturnType<typeof simEnv> {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d')
  return env
}

test('checked record: written and read → the same; written again → the newer; no temporary stays', () => {
  const env = world()
  assert.equal(readRecord(env, '/d', 'r'), null)
  writeRecord(env, '/d', 'r', { a: [1, 'ü'] })
  assert.deepEqual(readRecord(env, '/d', 'r'), { a: [1, 'ü'] })
  writeRecord(env, '/d', 'r', { b: 2 })
  assert.deepEqual(readRecord(env, '/d', 'r'), { b: 2 })
  assert.deepEqual(env.blockingFiles.list('/d'), ['r'])
})

test('checked record: every truncation and every flipped bit → as good as none, never another value', () => {
  const env = world()
  writeRecord(env, '/d', 'r', { value: 12 })
  using handle = env.blockingFiles.open('/d/r', 'read-write')
  const whole = new Uint8Array(handle.stat().size)
  handle.read(whole, 0)
  const found = (bytes: Uint8Array): unknown => {
    handle.truncate(0)
    handle.write(bytes, 0)
    return readRecord(env, '/d', 'r')
  }
  for (let length = 0; length < whole.length; length++) assert.equal(found(whole.subarray(0, length)), null)
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const broken = whole.slice()
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const isSeparator = bit >> 3 === 16 // says nothing, whatever it is
    assert.deepEqual(found(broken), isSeparator ? { value: 12 } : null, `bit ${bit}`)
  }
  assert.deepEqual(found(whole), { value: 12 })
})

for (const step of ['open', 'write', 'rename'] as const) {
  test(`checked record: ${step} fails → that error, the old value stays, and no temporary is left behind`, () => {
    const env = world()
    writeRecord(env, '/d', 'r', { a: 1 })
    env.files.failNext(step, 'ENOSPC')
    assert.throws(() => writeRecord(env, '/d', 'r', { a: 2 }), { code: 'ENOSPC' })
    assert.deepEqual(readRecord(env, '/d', 'r'), { a: 1 })
    assert.deepEqual(env.blockingFiles.list('/d'), ['r'])
  })
}
