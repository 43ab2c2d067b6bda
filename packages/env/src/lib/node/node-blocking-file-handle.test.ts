import assert from 'node:assert/strict'
import { openSync } from 'node:fs'
import { test } from 'vitest'
import { temporaryDirectory } from '../../../test/temporary-directory.ts'
import { systemErrorCode } from '../system-error.ts'
import { NodeBlockingFileHandle } from './node-blocking-file-handle.ts'

test('NodeBlockingFileHandle: closed, its number used again by another file → the other is not touched', () => {
  using root = temporaryDirectory()
  const descriptor = openSync(`${root.path}/a`, 'w+')
  const handle = new NodeBlockingFileHandle(descriptor, 'a')
  handle.syncData()
  handle.close()
  const again = openSync(`${root.path}/b`, 'w+')
  assert.equal(again, descriptor)
  using other = new NodeBlockingFileHandle(again, 'b')
  handle.close()
  for (const act of [
    () => handle.truncate(0),
    () => handle.syncData(),
    () => handle.write(new Uint8Array(1), 0),
  ]) {
    assert.throws(act, (error) => systemErrorCode(error) === 'EBADF')
  }
  other.write(Uint8Array.of(1), 0)
  assert.equal(other.stat().size, 1)
})
