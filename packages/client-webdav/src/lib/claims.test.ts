import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { isClientError, type ClientErrorCode, type ReplicaClient } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import type { Clock } from '@ltx/env'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, type World } from '../../test/material.ts'
import { clientOf, ROOT } from '../../test/subject.ts'

const file = key(0, 1n)
const bytes = fileBytes(file)
const other = fileBytes(file, 500, 3)
const LEVEL = `${ROOT}/ltx/0`
const NAME = `${LEVEL}/0000000000000001-0000000000000001.ltx`
const CLAIM = `${NAME}.claim`
const RIVAL = `${NAME}.4711.0123456789abcdef.tmp`
const { server, world } = await fakeWorlds()

/** Makes waiting short: a hundred ms are one. */
const SPEED = 100
const clock: Clock = {
  ...nodeEnv().clock,
  elapsedMs: () => performance.now() * SPEED,
  sleep: (delayMs, options) => nodeEnv().clock.sleep(delayMs / SPEED, options),
}
const env = { ...nodeEnv(), clock }

const assertRejects = (promise: Promise<unknown>, code: ClientErrorCode): Promise<void> =>
  assert.rejects(promise, (error) => isClientError(error, code))

/** A world in which the server was tried already, and then a claim was made whose reply was lost. */
async function doubtful(): Promise<World> {
  const made = world({ env })
  await made.client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
  made.fail({ kind: 'lose-reply' }, 'MKCOL')
  await assertRejects(
    made.client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_UNREACHABLE',
  )
  return made
}

const nextTo = ({ tree }: World): string[] => tree.childrenOf(LEVEL).filter((path) => path.startsWith(NAME))

test('Claims: the reply to the claim was lost → the next call knows it for its own, and nothing is left behind', async () => {
  const made = await doubtful()
  assert.deepEqual(nextTo(made), [CLAIM])
  await made.client.writeFile(file, () => chunksOf(bytes))
  assert.deepEqual(await readAll(made.client.readFile(file)), bytes)
  assert.deepEqual(nextTo(made), [NAME])
})

test('Claims: lost again and again → known each time', async () => {
  const { client, fail, tree } = await doubtful()
  for (let count = 0; count < 3; count++) {
    fail({ kind: 'lose-reply' }, 'MKCOL')
    await assertRejects(
      client.writeFile(file, () => chunksOf(bytes)),
      'CLIENT_UNREACHABLE',
    )
  }
  await client.writeFile(file, () => chunksOf(bytes))
  assert.equal(tree.has(CLAIM), false)
})

test('Claims: the file is not moved, and neither claim nor temporary can be taken away → the next call does it', async () => {
  const made = world({ env })
  await made.client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
  made.fail({ kind: 'cut' }, 'MOVE')
  made.fail({ kind: 'cut' }, 'DELETE')
  made.fail({ kind: 'cut' }, 'DELETE')
  await assertRejects(
    made.client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_UNREACHABLE',
  )
  assert.equal(nextTo(made).length, 2)
  await made.client.writeFile(file, () => chunksOf(bytes))
  assert.deepEqual(nextTo(made), [NAME])
})

test('Claims: the file was moved and its claim stays → the next call finds its file, and takes the claim away', async () => {
  const made = world({ env })
  await made.client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
  made.fail({ kind: 'lose-reply' }, 'MOVE')
  made.fail({ kind: 'cut' }, 'DELETE')
  await assertRejects(
    made.client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_UNREACHABLE',
  )
  assert.ok(made.tree.has(CLAIM))
  await made.client.writeFile(file, () => chunksOf(bytes))
  assert.deepEqual(nextTo(made), [NAME])
})

test('Claims: the reply was lost, and another has a temporary → perhaps it is its claim: it is waited for', async () => {
  const { client, tree } = await doubtful()
  tree.store(RIVAL, other)
  await assertRejects(
    client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_BUSY',
  )
  assert.ok(tree.has(CLAIM))
  tree.remove(RIVAL)
  tree.store(NAME, other)
  await assertRejects(
    client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_EXISTS',
  )
  assert.equal(tree.has(CLAIM), false)
})

test('Claims: the reply was lost, and there is the temporary of a process that is gone → it counts for nothing', async () => {
  const { client, tree } = await doubtful()
  tree.store(RIVAL, other, Date.now() - 61_000)
  await client.writeFile(file, () => chunksOf(bytes))
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('Claims: the reply was lost, and temporaries of other names are there → they count for nothing', async () => {
  const { client, tree } = await doubtful()
  tree.store(RIVAL.replaceAll('01-', '02-'), other)
  tree.store(`${NAME}.tmp`, other) // Litestream claims nothing
  await client.writeFile(file, () => chunksOf(bytes))
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('Claims: another shows up while an old claim is taken over → the claim is given back, and it is waited for', async () => {
  const { client, tree } = world({ env })
  await client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
  tree.collections.set(CLAIM, Date.now() - 61_000)
  tree.store(RIVAL, other)
  tree.requests.length = 0
  const write = client.writeFile(file, () => chunksOf(bytes))
  await write
  const methods = tree.requests.map((each) => each.slice(0, each.indexOf(' ')))
  assert.equal(
    methods.filter((each) => each === 'MKCOL').length,
    3,
    'refused, given back, and then without a takeover',
  )
  assert.equal(tree.has(CLAIM), false)
})

/** Of one writer: as the replicator does, again until it is known. */
async function outcomeOf(client: ReplicaClient, target: typeof file, content: Uint8Array): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await client.writeFile(target, () => chunksOf(content))
      return true
    } catch (error) {
      if (isClientError(error, 'CLIENT_EXISTS')) return false
      if (!isClientError(error) || error.advice !== 'retry' || tries === 200) throw error
      // so that each is away for a while: for longer and longer, where a busy machine makes each try slow
      await clock.sleep(Math.random() * 30_000 * Math.min(tries, 10))
    }
  }
}

const SEED = Number(process.env['LTX_CLAIMS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** Numbers from 0 up to 1. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe(`LTX_CLAIMS_SEED=${SEED}`, () => {
  test('Claims: fifteen rounds of three clients, and replies are lost → one winner each, with its bytes', async () => {
    const { name, tree } = server.newTree()
    const clients = Array.from({ length: 3 }, () => clientOf(server, name, { env }))
    await Promise.all(
      clients.map((client, at) =>
        client.writeFile(key(1, BigInt(at + 1)), () => chunksOf(fileBytes(key(1, BigInt(at + 1))))),
      ),
    )
    const random = seeded(SEED)
    for (let round = 1n; round <= 15n; round++) {
      const target = key(2, round)
      for (let losses = Math.floor(random() * 4); losses > 0; losses--) {
        const method = ['MKCOL', 'MKCOL', 'MOVE', 'DELETE'][Math.floor(random() * 4)]
        server.fail(tree, { kind: random() < 0.8 ? 'lose-reply' : 'cut' }, method)
      }
      const contents = Array.from({ length: 3 }, (_, at) => fileBytes(target, 600 + at, at + 1))
      const won = await Promise.all(
        contents.map((content, at) => outcomeOf(clients[at] as ReplicaClient, target, content)),
      )
      assert.equal(won.filter((each) => each).length, 1, `round ${round}`)
      assert.deepEqual(await readAll(clients[0]?.readFile(target) ?? []), contents[won.indexOf(true)])
    }
  })
})
