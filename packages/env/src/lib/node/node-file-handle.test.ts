import assert from 'node:assert/strict'
import { openSync, writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { temporaryDirectory } from '../../../test/temporary-directory.ts'
import { NodeFileHandle } from './node-file-handle.ts'
import { OpenDescriptor } from './open-descriptor.ts'

/** Moves at most three bytes in one call, as a system may. */
class ShortDescriptor extends OpenDescriptor {
  calls = 0

  override read(target: Uint8Array, start: number, length: number, position: number): Promise<number> {
    this.calls++
    return super.read(target, start, Math.min(3, length), position)
  }

  override write(bytes: Uint8Array, start: number, length: number, position: number): Promise<number> {
    this.calls++
    return super.write(bytes, start, Math.min(3, length), position)
  }
}

function shortHandle(path: string): NodeFileHandle {
  return new NodeFileHandle(new ShortDescriptor(openSync(path, 'w+')), path)
}

test('NodeFileHandle: the system moves three bytes at a time → all are moved, to their places', async () => {
  using root = temporaryDirectory()
  await using handle = shortHandle(`${root.path}/a`)
  const bytes = Uint8Array.from({ length: 100 }, (_, index) => index)
  await handle.write(bytes, 7)
  const back = new Uint8Array(120)
  assert.equal(await handle.read(back, 0), 107)
  assert.deepEqual(back.subarray(7, 107), bytes)
})

test('NodeFileHandle: closed twice at once → one close, both done', async () => {
  using root = temporaryDirectory()
  const handle = shortHandle(`${root.path}/a`)
  await Promise.all([handle.close(), handle.close()])
  await assert.rejects(handle.stat(), { code: 'EBADF' })
})

test('NodeFileHandle: closed between two calls of one read or write → no other call: the number may be another file’s by then', async () => {
  using root = temporaryDirectory()
  for (const act of ['read', 'write'] as const) {
    const file = new ShortDescriptor(openSync(`${root.path}/${act}`, 'w+'))
    writeFileSync(file.number, new Uint8Array(300))
    const handle = new NodeFileHandle(file, `${root.path}/${act}`)
    const acting = assert.rejects(Promise.resolve(handle[act](new Uint8Array(300), 0)), { code: 'EBADF' })
    await handle.close()
    await acting
    assert.deepEqual([act, file.calls], [act, 1])
  }
})
