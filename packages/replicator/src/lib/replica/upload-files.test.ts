import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError, type ReplicaClient } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient, MemoryStorage } from '@ltx/client-core/memory'
import { simEnv } from '@ltx/env/sim'
import { toTxid, type Txid } from '@ltx/format'
import { withBitFlipped } from '@ltx/format/testing'
import { listInWords } from '../../../test/file-list.ts'
import { MemoryLocalFiles, smallFile } from '../../../test/memory-local-files.ts'
import { RemoteFiles } from './remote-files.ts'
import { Uploader, type UploadOutcome } from './upload-files.ts'

const txid = (value: number): Txid => toTxid(BigInt(value))
const keyOf = (value: number) => ({ level: 0, minTXID: txid(value), maxTXID: txid(value) })

function filesUpTo(last: number): MemoryLocalFiles {
  return new MemoryLocalFiles(
    Array.from({ length: last }, (_, index) => ({ max: index + 1, pages: [1, 2, 3, 4, 5, 6, 7, 8, 9] })),
  )
}

interface Scene {
  readonly storage?: MemoryStorage
  readonly client?: ReplicaClient
  readonly local: MemoryLocalFiles
  readonly filesMax?: number
  /** 1 when absent: the first image is in the replica. 0: nothing is. */
  readonly confirmed?: number
}

function scene(given: Scene): { uploader: Uploader; remote: RemoteFiles } {
  const client = given.client ?? memoryClient({ storage: given.storage })
  const remote = new RemoteFiles()
  const confirmed = given.confirmed === 0 ? null : txid(given.confirmed ?? 1)
  const uploader = new Uploader(
    { client, local: given.local, remote },
    { filesMax: given.filesMax ?? 0, confirmed },
  )
  return { uploader, remote }
}

/** A storage that overwrites silently, as some do. */
function overwriting(storage: MemoryStorage): ReplicaClient {
  const client = memoryClient({ storage })
  const { createOnly: _, ...abilities } = client.abilities
  return Object.create(client, {
    abilities: { value: { ...abilities, createOnly: false } },
    writeFile: {
      value: async (...[file, source, options]: Parameters<ReplicaClient['writeFile']>) => {
        storage.objects.delete(
          `ltx/0/${file.minTXID.toString(16).padStart(16, '0')}-${file.maxTXID.toString(16).padStart(16, '0')}.ltx`,
        )
        return await client.writeFile(file, source, options)
      },
    },
    readFile: { value: client.readFile.bind(client) },
  }) as ReplicaClient
}

const inWords = (outcome: UploadOutcome): string =>
  `${outcome.kind}: ${listInWords(outcome.files)} (confirmed ${outcome.confirmed ?? 0})`

/** Hangs up in the middle of what is sent as soon as it sees that the name is taken, so that nobody hears its refusal. */
function hangingUp(storage: MemoryStorage): ReplicaClient {
  const client = memoryClient({ storage })
  return Object.create(client, {
    writeFile: {
      value: async (...[file, source, options]: Parameters<ReplicaClient['writeFile']>) => {
        const isTaken = storage.objects.size > 0
        if (!isTaken) await client.writeFile(file, source, options)
        throw new ClientError('CLIENT_UNREACHABLE', isTaken ? 'hung up' : 'the reply is lost')
      },
    },
    readFile: { value: client.readFile.bind(client) },
  }) as ReplicaClient
}

test('Uploader: a lost reply, and a server that hangs up where the name is taken → the next attempt finds it done', async () => {
  const storage = new MemoryStorage()
  const { uploader } = scene({ client: hangingUp(storage), local: filesUpTo(2) })
  await assert.rejects(uploader.uploadPending(), /the reply is lost/)
  assert.equal(inWords(await uploader.uploadPending()), 'uploaded: 2 (confirmed 2)')
})

test('Uploader: three local files → stored in order, byte for byte, and tracked', async () => {
  const storage = new MemoryStorage()
  const local = filesUpTo(4)
  const { uploader, remote } = scene({ storage, local })
  assert.equal(inWords(await uploader.uploadPending()), 'uploaded: 2 3 4 (confirmed 4)')
  assert.deepEqual(local.opened, [2n, 3n, 4n])
  for (const value of [2, 3, 4]) assert.deepEqual(storage.get(keyOf(value)), local.files.get(txid(value)))
  assert.equal(listInWords(remote.level(0)), '2 3 4')
})

test('Uploader: nothing new → no request', async () => {
  const storage = new MemoryStorage()
  const { uploader } = scene({ storage, local: filesUpTo(3), confirmed: 3 })
  assert.equal(inWords(await uploader.uploadPending()), 'nothing:  (confirmed 3)')
  assert.deepEqual(storage.requests, { list: 0, get: 0, put: 0, delete: 0 })
})

test('Uploader: more files than a batch → a batch at a time (SyncOnceLimitsLTXFiles)', async () => {
  const { uploader } = scene({ local: filesUpTo(6), filesMax: 2 })
  const outcomes: string[] = []
  for (let more = true; more;) {
    const outcome = await uploader.uploadPending()
    outcomes.push(inWords(outcome))
    more = outcome.kind === 'uploaded' && outcome.more
  }
  assert.deepEqual(outcomes, [
    'uploaded: 2 3 (confirmed 3)',
    'uploaded: 4 5 (confirmed 5)',
    'uploaded: 6 (confirmed 6)',
  ])
})

test('Uploader: a failure in the middle → what was confirmed stays so, the next attempt goes on from there', async () => {
  const env = simEnv({ seed: 1 })
  const storage = new MemoryStorage()
  const client = withFaults(memoryClient({ storage }), env, {
    rules: [{ call: 'writeFile', nth: 3, fault: { kind: 'fail' } }],
  })
  const { uploader, remote } = scene({ client, local: filesUpTo(5) })
  await assert.rejects(uploader.uploadPending(), { name: 'ClientError' })
  assert.equal(uploader.confirmed, 3n)
  assert.equal(listInWords(remote.level(0)), '2 3')
  assert.equal(inWords(await uploader.uploadPending()), 'uploaded: 4 5 (confirmed 5)')
})

for (const createOnly of [true, false]) {
  const kind = createOnly ? 'create-only' : 'overwriting'
  test(`Uploader: lost reply on ${kind} storage → the next attempt finds it done (crash table: reply lost)`, async () => {
    const env = simEnv({ seed: 1 })
    const storage = new MemoryStorage()
    const inner = createOnly ? memoryClient({ storage }) : overwriting(storage)
    const client = withFaults(inner, env, {
      rules: [{ call: 'writeFile', nth: 2, fault: { kind: 'lose-reply' } }],
    })
    const { uploader, remote } = scene({ client, local: filesUpTo(4) })
    await assert.rejects(uploader.uploadPending(), { name: 'ClientError' })
    assert.equal(inWords(await uploader.uploadPending()), 'uploaded: 3 4 (confirmed 4)')
    assert.deepEqual(
      remote.level(0).map(({ size, createdAtMs }) => [size, createdAtMs]),
      [2, 3, 4].map((value) => [storage.get(keyOf(value))?.length, value * 1000]),
    )
  })

  test(`Uploader: other bytes stored in ${kind} storage → conflict, nothing overwritten, nothing left out`, async () => {
    const storage = new MemoryStorage()
    const theirs = smallFile({ max: 3, fill: 9 })
    storage.put(keyOf(3), theirs)
    const client = createOnly ? memoryClient({ storage }) : overwriting(storage)
    const local = filesUpTo(4)
    const { uploader } = scene({ client, local, ...(createOnly ? {} : { confirmed: 2 }) })
    for (let attempt = 0; attempt < 2; attempt++) {
      const outcome = await uploader.uploadPending()
      assert.equal(outcome.kind, 'conflict')
      assert.equal(outcome.kind === 'conflict' && outcome.txid, 3n)
      assert.equal(outcome.confirmed, 2n)
    }
    assert.deepEqual(storage.get(keyOf(3)), theirs)
    assert.equal(storage.get(keyOf(4)), null)
  })
}

test('Uploader: overwriting storage → asked before the first upload of a process, not before the others', async () => {
  const storage = new MemoryStorage()
  const { uploader } = scene({ client: overwriting(storage), local: filesUpTo(4) })
  await uploader.uploadPending()
  assert.equal(storage.requests.get, 1)
  uploader.continueAfter(txid(2))
  await uploader.uploadPending()
  assert.equal(storage.requests.get, 3, 'files 3 and 4 are there already: each is found, not written')
})

test('Uploader: the next local file is gone → missing, nothing goes up behind the hole', async () => {
  const storage = new MemoryStorage()
  const local = filesUpTo(4)
  local.files.delete(txid(3))
  const { uploader } = scene({ storage, local })
  assert.equal(inWords(await uploader.uploadPending()), 'uploaded: 2 (confirmed 2)')
  const outcome = await uploader.uploadPending()
  assert.equal(outcome.kind === 'missing' && outcome.txid, 3n)
  assert.equal(storage.get(keyOf(4)), null)
})

test('Uploader: a local file vanishes between listing and reading → missing', async () => {
  const local = filesUpTo(3)
  const list = await local.list()
  local.list = async () => list
  local.files.delete(txid(3))
  const outcome = await scene({ local }).uploader.uploadPending()
  assert.equal(inWords(outcome), 'missing: 2 (confirmed 2)')
})

test('Uploader: storage that reports another size → CLIENT_UNEXPECTED, not confirmed', async () => {
  const client = memoryClient()
  const write = client.writeFile.bind(client)
  client.writeFile = async (...call) => ({ ...(await write(...call)), size: 7 })
  const { uploader, remote } = scene({ client, local: filesUpTo(2) })
  await assert.rejects(uploader.uploadPending(), { code: 'CLIENT_UNEXPECTED' })
  assert.equal(uploader.confirmed, 1n)
  assert.equal(remote.maxTXID(), null)
})

test('Uploader: aborted → rejects with the reason itself, and goes on later', async () => {
  const { uploader } = scene({ local: filesUpTo(2) })
  const reason = new Error('stop')
  await assert.rejects(
    uploader.uploadPending({ signal: AbortSignal.abort(reason) }),
    (error) => error === reason,
  )
  assert.equal(inWords(await uploader.uploadPending()), 'uploaded: 2 (confirmed 2)')
})

test('Uploader: overlapping calls → the second one is refused', async () => {
  const { uploader } = scene({ local: filesUpTo(2) })
  const first = uploader.uploadPending()
  await assert.rejects(uploader.uploadPending(), /overlap/)
  await first
})

function flipBit(local: MemoryLocalFiles, value: number, offset: number): void {
  const bytes = local.files.get(txid(value))
  assert.ok(bytes !== undefined)
  local.files.set(txid(value), withBitFlipped(bytes, offset, 3))
}

const damages: readonly [what: string, damage: (local: MemoryLocalFiles) => void][] = [
  ['a bit of its header', (local) => flipBit(local, 3, 5)],
  ['a bit of a page', (local) => flipBit(local, 3, 300)],
  ['its last bytes are gone', (local) => local.files.set(txid(3), smallFile({ max: 3 }).slice(0, -9))],
  ['it is empty', (local) => local.files.set(txid(3), new Uint8Array(0))],
  ['it is right, and not what was written', (local) => local.checksums.set(txid(3), 7n)],
  ['it is the file of another TXID', (local) => local.files.set(txid(3), smallFile({ max: 4 }))],
]

for (const [what, damage] of damages) {
  test(`Uploader: a local file is damaged (${what}) → said, neither it nor what follows is stored`, async () => {
    const storage = new MemoryStorage()
    const local = filesUpTo(4)
    damage(local)
    const { uploader, remote } = scene({ storage, local })
    const outcome = await uploader.uploadPending()
    assert.equal(inWords(outcome), 'damaged: 2 (confirmed 2)')
    assert.equal(outcome.kind === 'damaged' && outcome.txid, 3n)
    assert.deepEqual([storage.objects.size, listInWords(remote.level(0))], [1, '2'])
  })
}

const IMAGE = { level: 9, minTXID: txid(1), maxTXID: txid(1) }
const FIRST = 'uploaded: 2 9:1 (confirmed 2)'

test('Uploader: nothing is stored → the file beside the first image, the image as a snapshot, then the others; each once', async () => {
  const storage = new MemoryStorage()
  const local = filesUpTo(4)
  const { uploader, remote } = scene({ storage, local, confirmed: 0 })
  assert.equal(inWords(await uploader.uploadPending()), FIRST)
  assert.equal(inWords(await uploader.uploadPending()), 'uploaded: 3 4 (confirmed 4)')
  assert.deepEqual(local.opened, [2n, 1n, 3n, 4n])
  assert.deepEqual(storage.get(IMAGE), local.files.get(txid(1)))
  assert.equal(storage.get(keyOf(1)), null)
  assert.deepEqual([listInWords(remote.level(0)), listInWords(remote.level(9))], ['2 3 4', '9:1'])
})

for (const createOnly of [true, false]) {
  for (const [what, nth] of [
    ['the file beside the first image', 1],
    ['the first image', 2],
  ] as const) {
    for (const kind of ['fail', 'lose-reply'] as const) {
      test(`Uploader: ${what} on ${createOnly ? 'create-only' : 'overwriting'} storage: ${kind} → nothing is confirmed; the next attempt, also of another process, brings both`, async () => {
        for (const isNew of [false, true]) {
          const storage = new MemoryStorage()
          const inner = createOnly ? memoryClient({ storage }) : overwriting(storage)
          const rules = [{ call: 'writeFile' as const, nth, fault: { kind } }]
          const client = withFaults(inner, simEnv({ seed: 1 }), { rules })
          const local = filesUpTo(2)
          let { uploader } = scene({ client, local, confirmed: 0 })
          await assert.rejects(uploader.uploadPending(), { name: 'ClientError' })
          assert.equal(uploader.confirmed, null)
          if (isNew) ({ uploader } = scene({ client, local, confirmed: 0 }))
          assert.equal(inWords(await uploader.uploadPending()), FIRST)
          assert.deepEqual(storage.get(IMAGE), local.files.get(txid(1)))
          assert.deepEqual(storage.get(keyOf(2)), local.files.get(txid(2)))
        }
      })
    }
  }
}

test('Uploader: another writer has stored a first image → conflict before ours goes up, nothing overwritten', async () => {
  const storage = new MemoryStorage()
  storage.put(keyOf(2), smallFile({ max: 2, fill: 9 }))
  const { uploader } = scene({ storage, local: filesUpTo(3), confirmed: 0 })
  const outcome = await uploader.uploadPending()
  assert.equal(inWords(outcome), 'conflict:  (confirmed 0)')
  assert.equal(storage.get(IMAGE), null)
})
