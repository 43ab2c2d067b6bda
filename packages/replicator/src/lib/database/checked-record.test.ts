import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { simEnv } from '@ltx/env/sim'
import { sharedKernels } from '@ltx/kernels'
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

test('checked record: as long as the one before → the same file; longer or shorter → another one', () => {
  const env = world()
  const inode = (): bigint | undefined => env.blockingFiles.stat('/d/r')?.ino
  writeRecord(env, '/d', 'r', { a: 1 })
  const first = inode()
  writeRecord(env, '/d', 'r', { a: 'somewhat longer' })
  assert.equal(inode(), first)
  const long = 'x'.repeat(600)
  writeRecord(env, '/d', 'r', { long })
  assert.notEqual(inode(), first)
  assert.deepEqual(readRecord(env, '/d', 'r'), { long })
  writeRecord(env, '/d', 'r', { a: 3 })
  assert.deepEqual(readRecord(env, '/d', 'r'), { a: 3 })
})

test('checked record: written over up to any byte → as good as none, or one of the two, never a third', () => {
  const env = world()
  const bytes = [{ txid: 12 }, { txid: 1200, more: true }].map((value) => {
    writeRecord(env, '/d', 'r', value)
    using handle = env.blockingFiles.open('/d/r', 'read')
    const whole = new Uint8Array(handle.stat().size)
    handle.read(whole, 0)
    return { value, whole }
  })
  const [before, after] = bytes
  if (before === undefined || after === undefined) throw new Error('two were written')
  using handle = env.blockingFiles.open('/d/r', 'read-write')
  for (let length = 0; length <= after.whole.length; length++) {
    handle.write(before.whole, 0)
    handle.write(after.whole.subarray(0, length), 0)
    const found = readRecord(env, '/d', 'r')
    const right = length === 0 ? [before.value] : [null, after.value]
    assert.ok(
      right.some((value) => isDeepStrictEqual(found, value)),
      `${length} bytes`,
    )
  }
})

test('checked record: one of an earlier version, without spaces → read', () => {
  const env = world()
  const text = '{"value":12}'
  const checksum = sharedKernels().crc64(0n, new TextEncoder().encode(text)).toString(16).padStart(16, '0')
  using handle = env.blockingFiles.open('/d/r', 'create')
  handle.write(new TextEncoder().encode(`${checksum} ${text}\n`), 0)
  assert.deepEqual(readRecord(env, '/d', 'r'), { value: 12 })
})

for (const [step, longer] of [
  ['open', ''],
  ['write', ''],
  ['open', 'x'.repeat(600)],
  ['write', 'x'.repeat(600)],
  ['rename', 'x'.repeat(600)],
] as const) {
  test(`checked record: ${step} of ${longer === '' ? 'one as long' : 'a longer one'} fails → that error, the old value stays, and no temporary is left behind`, () => {
    const env = world()
    writeRecord(env, '/d', 'r', { a: 1 })
    env.files.failNext(step, 'ENOSPC')
    assert.throws(() => writeRecord(env, '/d', 'r', { a: 2, longer }), { code: 'ENOSPC' })
    assert.deepEqual(readRecord(env, '/d', 'r'), { a: 1 })
    assert.deepEqual(env.blockingFiles.list('/d'), ['r'])
  })
}
