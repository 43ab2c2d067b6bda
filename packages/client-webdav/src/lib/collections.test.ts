import assert from 'node:assert/strict'
import { afterAll, test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { startFakeServer } from '../../test/fake-server.ts'
import type { FakeTree } from '../../test/fake-tree.ts'
import { Collections } from './collections.ts'
import { Connection } from './connect.ts'
import { checkOptions } from './options.ts'

const server = await startFakeServer(null)
afterAll(() => server[Symbol.asyncDispose]())

function made(path: string = 'a/b'): {
  tree: FakeTree
  collections: Collections
  fail: (status: number) => void
} {
  const { tree, name } = server.newTree()
  const connection = new Connection(checkOptions({ url: `${server.url}/${name}`, path, env: nodeEnv() }))
  const fail = (status: number): void => server.fail(tree, { kind: 'status', status }, 'MKCOL')
  return { tree, collections: new Collections(connection), fail }
}

test('Collections: nothing is there → made from above, once', async () => {
  const { tree, collections } = made()
  assert.equal(await collections.ensure('a/b/ltx/0', 'write', {}), 'made')
  assert.deepEqual([...tree.collections.keys()], ['', '/a', '/a/b', '/a/b/ltx', '/a/b/ltx/0'])
  const before = tree.requests.length
  await collections.ensure('a/b/ltx/0', 'write', {})
  assert.equal(tree.requests.length, before)
})

test('Collections: it is there → one request', async () => {
  const { tree, collections } = made()
  tree.store('/a/b/ltx/0/x', Buffer.from('x'))
  assert.equal(await collections.ensure('a/b/ltx/0', 'write', {}), 'there')
  assert.equal(tree.requests.length, 1)
})

test('Collections: MKCOL is forbidden where a collection is → it is there; where none is → CLIENT_DENIED', async () => {
  const { tree, collections, fail } = made()
  tree.store('/a/b/ltx/0/x', Buffer.from('x'))
  fail(403)
  assert.equal(await collections.ensure('a/b/ltx/0', 'write', {}), 'there')
  fail(403)
  await assert.rejects(collections.ensure('a/b/ltx/1', 'write', {}), (error) =>
    isClientError(error, 'CLIENT_DENIED'),
  )
})

test('Collections: nothing at the address itself → CLIENT_BAD_OPTIONS', async () => {
  const connection = new Connection(checkOptions({ url: `${server.url}/nowhere`, env: nodeEnv() }))
  await assert.rejects(new Collections(connection).ensure('ltx/0', 'write', {}), (error) =>
    isClientError(error, 'CLIENT_BAD_OPTIONS'),
  )
})

test('Collections: removeEmpty → what this client made, and `ltx`; not what has something in it, not what others made', async () => {
  const { tree, collections } = made('mine/yours/db')
  tree.store('/mine/x', Buffer.from('x'))
  await collections.ensure('mine/yours/db/ltx/0', 'write', {})
  tree.store('/mine/yours/notes', Buffer.from('x'))
  await collections.removeEmpty({})
  assert.deepEqual([...tree.collections.keys()], ['', '/mine', '/mine/yours'])
  tree.remove('/mine/yours/notes')
  await collections.removeEmpty({})
  assert.deepEqual([...tree.collections.keys()], ['', '/mine'])
})

test('Collections: removeIfEmpty of a collection that may not be deleted → it stays, and that is no failure', async () => {
  const { tree, collections } = made()
  await tree.make('/a')
  server.fail(tree, { kind: 'status', status: 403 }, 'DELETE')
  assert.equal(await collections.removeIfEmpty('a', {}), false)
})
