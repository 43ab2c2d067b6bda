import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ClientErrorCode } from '@ltx/client-core'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, type World } from '../../test/material.ts'
import { clientOf, ROOT } from '../../test/subject.ts'

const file = key(0, 1n)
const bytes = fileBytes(file)
const other = fileBytes(file, 500, 3)
const NAME = `${ROOT}/ltx/0/0000000000000001-0000000000000001.ltx`
const CLAIM = `${NAME}.claim`
const { server, world } = await fakeWorlds()

const assertRejects = (promise: Promise<unknown>, code: ClientErrorCode): Promise<void> =>
  assert.rejects(promise, (error) => isClientError(error, code))

/** A world in which the server was tried already. */
async function tried(options: Parameters<typeof world>[0] = {}): Promise<World> {
  const made = world(options)
  await made.client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
  made.tree.requests.length = 0
  return made
}

const methodsOf = ({ tree }: World): string[] => tree.requests.map((each) => each.slice(0, each.indexOf(' ')))

test('Publisher: a file → sent, looked at, claimed, named, the claim taken away', async () => {
  const made = await tried()
  await made.client.writeFile(file, () => chunksOf(bytes))
  assert.deepEqual(methodsOf(made), ['PUT', 'PROPFIND', 'MKCOL', 'MOVE', 'DELETE'])
  assert.deepEqual(
    made.tree.childrenOf(`${ROOT}/ltx/0`).toSorted(),
    [NAME, NAME.replaceAll('01', '09')].toSorted(),
  )
})

test('Publisher: the first file of a client → the server is tried in a collection that does not stay', async () => {
  const { client, tree } = world()
  assert.equal(client.abilities.createOnly, true)
  await client.writeFile(file, () => chunksOf(bytes))
  assert.equal(tree.requests.filter((each) => each.includes('probe')).length, 6)
  assert.equal(client.abilities.createOnly, true)
  assert.deepEqual(tree.childrenOf(`${ROOT}/ltx/0`), [NAME])
})

for (const oddities of [{ ignoresOverwrite: true }, { makesTwice: true }, { noMkcolIn: [`${ROOT}/ltx/0`] }]) {
  test(`Publisher: a server with ${JSON.stringify(oddities)} → not create-only, and it looks first`, async () => {
    const { client } = await tried({ oddities })
    assert.equal(client.abilities.createOnly, false)
    await client.writeFile(file, () => chunksOf(bytes))
    await assertRejects(
      client.writeFile(file, () => chunksOf(other)),
      'CLIENT_EXISTS',
    )
    assert.deepEqual(await readAll(client.readFile(file)), bytes)
  })
}

test('Publisher: trying the server fails → the write fails, and the next one tries again', async () => {
  const { client, fail } = world()
  fail({ kind: 'status', status: 503 }, 'MOVE')
  await assertRejects(
    client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_BUSY',
  )
  await client.writeFile(file, () => chunksOf(bytes))
  assert.equal(client.abilities.createOnly, true)
})

test('Publisher: a write is stopped while the server is tried → its reason, and the next one goes on', async () => {
  const { client, fail } = world()
  const controller = new AbortController()
  const reason = new Error('stop')
  fail({ kind: 'hang' }, 'MOVE')
  const stopped = client.writeFile(file, () => chunksOf(bytes), { signal: controller.signal })
  setTimeout(() => controller.abort(reason), 100)
  await assert.rejects(stopped, (error) => error === reason)
  await client.close()
})

test('Publisher: the reply to MOVE is lost → the next call finds its own file, and succeeds', async () => {
  const { client, fail, tree } = await tried()
  fail({ kind: 'lose-reply' }, 'MOVE')
  await assertRejects(
    client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_UNREACHABLE',
  )
  assert.ok(tree.has(NAME))
  assert.equal(tree.has(CLAIM), false)
  assert.equal((await client.writeFile(file, () => chunksOf(bytes))).size, bytes.length)
  await assertRejects(
    client.writeFile(file, () => chunksOf(other)),
    'CLIENT_EXISTS',
  )
})

test('Publisher: somebody has claimed the name and gives it to a file → that file counts', async () => {
  const { client, tree } = await tried()
  await tree.make(CLAIM)
  setTimeout(() => tree.store(NAME, other), 100)
  await assertRejects(
    client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_EXISTS',
  )
  assert.ok(tree.has(CLAIM), 'it is not ours to take away')
})

test('Publisher: somebody has claimed the name and gives it up → ours is stored', async () => {
  const { client, tree } = await tried()
  await tree.make(CLAIM)
  setTimeout(() => tree.remove(CLAIM), 100)
  await client.writeFile(file, () => chunksOf(bytes))
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('Publisher: the claim of a process that is gone → taken over after a minute by the clock of the server', async () => {
  const { client, tree } = await tried()
  tree.collections.set(CLAIM, Date.now() - 61_000)
  await client.writeFile(file, () => chunksOf(bytes))
  assert.ok(tree.has(NAME))
  assert.equal(tree.has(CLAIM), false)
})

test('Publisher: MKCOL of the claim is refused again and again → CLIENT_DENIED', async () => {
  const { client, fail, tree } = await tried()
  for (let count = 0; count < 9; count++) fail({ kind: 'status', status: 403 }, 'MKCOL')
  await assertRejects(
    client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_DENIED',
  )
  assert.equal(tree.files.size, 1)
})

test('Publisher: what MOVE says within a 207 → its code', async () => {
  const { client, fail } = await tried()
  fail({ kind: 'within', status: 423 }, 'MOVE')
  await assertRejects(
    client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_BUSY',
  )
})

test('Publisher: a temporary that somebody took away → CLIENT_UNREACHABLE, to be tried again', async () => {
  const { client, fail } = await tried()
  fail({ kind: 'status', status: 404 }, 'MOVE')
  await assertRejects(
    client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_UNREACHABLE',
  )
})

test('Publisher: ten rounds of eight clients for one name → one winner each, with its bytes', async () => {
  const { name } = server.newTree()
  const clients = Array.from({ length: 8 }, () => clientOf(server, name))
  for (let round = 1n; round <= 10n; round++) {
    const target = key(2, round)
    const outcomes = await Promise.allSettled(
      clients.map((client, index) =>
        client.writeFile(target, () => chunksOf(fileBytes(target, 600 + index, index))),
      ),
    )
    const winners = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []))
    assert.equal(winners.length, 1)
    const [winner = 0] = winners
    assert.deepEqual(
      await readAll(clients[0]?.readFile(target) ?? []),
      fileBytes(target, 600 + winner, winner),
    )
  }
})
