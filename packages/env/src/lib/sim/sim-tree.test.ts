import assert from 'node:assert/strict'
import { test } from 'vitest'
import { systemErrorCode } from '../system-error.ts'
import { SimDirectory } from './sim-directory.ts'
import { SimFile } from './sim-file.ts'
import { findEntry, findNode, mustFind, nodesBelow, plainPath } from './sim-tree.ts'

const FIELDS = { ino: 1n, mode: 0, uid: 0, gid: 0, mtimeNs: 0n, ctimeNs: 0n }

function tree() {
  const root = new SimDirectory(FIELDS)
  const inner = new SimDirectory(FIELDS)
  const file = new SimFile(FIELDS)
  root.change(new Map([['d', inner]]))
  inner.change(
    new Map([
      ['a', file],
      ['b', file],
    ]),
  )
  return { root, inner, file }
}

test('plainPath: dots, double slashes, no slash in front → one way of writing', () => {
  assert.equal(plainPath('a//b/./c/../d/'), '/a/b/d')
  assert.equal(plainPath('/'), '/')
  assert.equal(plainPath('/../a'), '/a')
})

test('findNode: there, missing, below a file → node, null, ENOTDIR', () => {
  const { root, file } = tree()
  assert.equal(findNode(root, '/d/a', 'stat'), file)
  assert.equal(findNode(root, '/', 'stat'), root)
  assert.equal(findNode(root, '/x/y', 'stat'), null)
  assert.throws(
    () => findNode(root, '/d/a/x', 'stat'),
    (error) => systemErrorCode(error) === 'ENOTDIR',
  )
  assert.throws(
    () => mustFind(root, '/x', 'stat'),
    (error) => systemErrorCode(error) === 'ENOENT',
  )
})

test('findEntry: a free name, the root → its place, EINVAL', () => {
  const { root, inner } = tree()
  const entry = findEntry(root, '/d/new', 'open')
  assert.equal(entry.directory, inner)
  assert.deepEqual([entry.directoryPath, entry.name, entry.node], ['/d', 'new', null])
  assert.throws(
    () => findEntry(root, '/', 'unlink'),
    (error) => systemErrorCode(error) === 'EINVAL',
  )
})

test('nodesBelow: a file with two names → once', () => {
  const { root } = tree()
  assert.equal(nodesBelow(root).size, 3)
})
