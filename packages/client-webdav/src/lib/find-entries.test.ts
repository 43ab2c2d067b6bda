import assert from 'node:assert/strict'
import { afterAll, test } from 'vitest'
import { nodeEnv } from '@ltx/env/node'
import { startFakeServer } from '../../test/fake-server.ts'
import type { Oddities } from '../../test/fake-tree.ts'
import { Connection } from './connect.ts'
import { asCollection, entriesIn, entryAt } from './find-entries.ts'
import { checkOptions } from './options.ts'

const server = await startFakeServer(null)
afterAll(() => server[Symbol.asyncDispose]())

function connected(oddities: Oddities = {}): {
  tree: ReturnType<typeof server.newTree>['tree']
  connection: Connection
} {
  const { tree, name } = server.newTree()
  Object.assign(tree.oddities, oddities)
  return { tree, connection: new Connection(checkOptions({ url: `${server.url}/${name}`, env: nodeEnv() })) }
}

for (const hrefPrefix of [undefined, 'https://inside.example:8443/deep/er']) {
  test(`entriesIn: a collection with one of its own name in it, hrefs ${hrefPrefix ?? 'as asked'} → what is in it, without itself`, async () => {
    const { tree, connection } = connected(hrefPrefix === undefined ? {} : { hrefPrefix })
    tree.store('/a b/a b/x', Buffer.from('1'))
    tree.store('/a b/é&.ltx', Buffer.from('22'))
    const entries = (await entriesIn(connection, 'look', 'a b', {})) ?? []
    assert.deepEqual(
      entries.map(({ name, isCollection, size }) => `${name} ${isCollection} ${size}`).toSorted(),
      ['a b true null', 'é&.ltx false 2'],
    )
  })
}

test('entriesIn: the top of the tree, which others call something else → what is in it', async () => {
  const { tree, connection } = connected()
  tree.store('/x', Buffer.from('1'))
  assert.deepEqual(
    (await entriesIn(connection, 'look', '', {}))?.map(({ name }) => name),
    ['x'],
  )
})

test('entriesIn: an empty collection → none; a missing one → null', async () => {
  const { tree, connection } = connected()
  await tree.make('/a')
  assert.deepEqual(await entriesIn(connection, 'look', 'a', {}), [])
  assert.equal(await entriesIn(connection, 'look', 'b', {}), null)
})

test('entryAt: a file, a collection, nothing', async () => {
  const { tree, connection } = connected()
  tree.store('/a/x', Buffer.from('123'))
  assert.equal((await entryAt(connection, 'look', 'a/x', {}))?.size, 3)
  assert.equal((await entryAt(connection, 'look', asCollection('a'), {}))?.isCollection, true)
  assert.equal(await entryAt(connection, 'look', 'a/y', {}), null)
})
