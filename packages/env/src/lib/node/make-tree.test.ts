import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { systemErrorCode } from '../system-error.ts'
import { makeTree, makeTreeBlocking } from './make-tree.ts'

const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    systemErrorCode(error) === code

for (const [name, make] of [
  ['makeTree', makeTree],
  ['makeTreeBlocking', async (path: string, mode: number) => makeTreeBlocking(path, mode)],
] as const) {
  test(`${name}: all, some, none of them there → what was made, outermost first`, async () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'ltx-make-tree-')))
    try {
      const [a, b, c] = [join(root, 'a'), join(root, 'a/b'), join(root, 'a/b/c')]
      assert.deepEqual(await make(b, 0o700), [a, b])
      assert.deepEqual(await make(c, 0o700), [c])
      assert.deepEqual(await make(c, 0o700), [])
      assert.equal(statSync(c).mode & 0o777, 0o700)
    } finally {
      rmSync(root, { recursive: true })
    }
  })

  test(`${name}: the root → nothing is made`, async () => assert.deepEqual(await make('/', 0o700), []))

  test(`${name}: a file in its place, or above it → EEXIST, ENOTDIR`, async () => {
    const root = mkdtempSync(join(tmpdir(), 'ltx-make-tree-'))
    try {
      writeFileSync(join(root, 'file'), '')
      await assert.rejects(make(join(root, 'file'), 0o700), withCode('EEXIST'))
      await assert.rejects(make(join(root, 'file/a/b'), 0o700), withCode('ENOTDIR'))
    } finally {
      rmSync(root, { recursive: true })
    }
  })

  test(`${name}: a file system that answers ENOENT below what is there → an error, and an end`, async () => {
    // /proc on Linux; elsewhere there is no such directory, and no right to make one.
    await assert.rejects(make('/proc/ltx-no-process/a', 0o700))
  })
}
