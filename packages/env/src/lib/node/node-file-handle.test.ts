import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { test } from 'vitest'
import { temporaryDirectory } from '../../../test/temporary-directory.ts'
import { NodeFileHandle } from './node-file-handle.ts'

/** Moves at most three bytes in one call, as a system may. */
async function shortHandle(path: string): Promise<NodeFileHandle> {
  const handle = await open(path, 'w+')
  const read = handle.read.bind(handle)
  const write = handle.write.bind(handle)
  return new NodeFileHandle(
    Object.assign(handle, {
      read: (target: Uint8Array, offset: number, length: number, position: number) =>
        read(target, offset, Math.min(3, length), position),
      write: (bytes: Uint8Array, offset: number, length: number, position: number) =>
        write(bytes, offset, Math.min(3, length), position),
    }),
    path,
  )
}

test('NodeFileHandle: the system moves three bytes at a time → all are moved, to their places', async () => {
  using root = temporaryDirectory()
  await using handle = await shortHandle(`${root.path}/a`)
  const bytes = Uint8Array.from({ length: 100 }, (_, index) => index)
  await handle.write(bytes, 7)
  const back = new Uint8Array(120)
  assert.equal(await handle.read(back, 0), 107)
  assert.deepEqual(back.subarray(7, 107), bytes)
})

test('NodeFileHandle: closed twice at once → one close, both done', async () => {
  using root = temporaryDirectory()
  const handle = await shortHandle(`${root.path}/a`)
  await Promise.all([handle.close(), handle.close()])
  await assert.rejects(handle.stat(), { code: 'EBADF' })
})
