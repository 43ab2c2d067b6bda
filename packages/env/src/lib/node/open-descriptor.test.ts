import assert from 'node:assert/strict'
import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { test } from 'vitest'
import { temporaryDirectory } from '../../../test/temporary-directory.ts'
import { OpenDescriptor } from './open-descriptor.ts'

/** Another test may have got the number by now. */
function isOpen(number: number, path: string): boolean {
  try {
    return fstatSync(number).ino === statSync(path).ino
  } catch {
    return false
  }
}

test('OpenDescriptor: closed while calls are under way → they end first, on this file; the number is free afterwards', async () => {
  using root = temporaryDirectory()
  const file = new OpenDescriptor(openSync(`${root.path}/a`, 'w+'))
  const ended: string[] = []
  const bytes = new Uint8Array(4 * 1024 * 1024)
  const writes = Array.from({ length: 8 }, async (_, index) => {
    assert.equal(await file.write(bytes, 0, bytes.length, index * bytes.length), bytes.length)
    ended.push('write')
  })
  const closed = file.close().then(() => ended.push('close'))
  await Promise.all([...writes, closed])
  assert.equal(ended.at(-1), 'close')
  assert.equal(ended.length, 9)
  assert.equal(isOpen(file.number, `${root.path}/a`), false)
})

test('OpenDescriptor: a call that the system refuses → its error with its code, and closing does not wait for it', async () => {
  using root = temporaryDirectory()
  const file = new OpenDescriptor(openSync(`${root.path}/a`, 'w'))
  await assert.rejects(file.read(new Uint8Array(1), 0, 1, 0), { code: 'EBADF', syscall: 'read' })
  await file.close()
  assert.equal(isOpen(file.number, `${root.path}/a`), false)
})

test('OpenDescriptor: mode, times, size → as the file then says', async () => {
  using root = temporaryDirectory()
  const number = openSync(`${root.path}/a`, 'w+')
  const file = new OpenDescriptor(number)
  await file.setMode(0o640)
  await file.truncate(5000)
  await file.setTimes(1_700_000_000)
  const { mode, mtimeMs, size } = await file.stat()
  assert.deepEqual([mode & 0o777n, mtimeMs, size], [0o640n, 1_700_000_000_000n, 5000n])
  closeSync(number)
})
