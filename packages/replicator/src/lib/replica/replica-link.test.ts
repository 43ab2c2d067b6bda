import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError } from '@ltx/client-core'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { toTxid } from '@ltx/format'
import { fileList, listInWords } from '../../../test/file-list.ts'
import { MemoryLocalFiles, smallFile } from '../../../test/memory-local-files.ts'
import { RemoteFiles } from './remote-files.ts'
import { ReplicaLink, type LinkStart } from './replica-link.ts'

interface Scene {
  readonly client: MemoryClient
  readonly link: ReplicaLink
  /** `continue 2` when it became known. */
  readonly told: string[]
}

/** Local files 1 to `locals`; `stored` are the same, or another writer's. */
function scene(locals: number, stored: string, start?: LinkStart, isOther = false): Scene {
  const client = memoryClient()
  for (const file of fileList(stored)) {
    const [min, max] = [Number(file.minTXID), Number(file.maxTXID)]
    client.storage.put(file, smallFile({ min, max, timestampMs: isOther ? 7 : max * 1000 }), 1)
  }
  const told: string[] = []
  const local = new MemoryLocalFiles(Array.from({ length: locals }, (_, index) => ({ max: index + 1 })))
  const onKnown = ({ plan, confirmed }: { plan: string; confirmed: bigint | null }): void =>
    void told.push(`${plan} ${confirmed}`)
  const unknown = { kind: 'unknown', error: new ClientError('CLIENT_UNREACHABLE', 'at the start') } as const
  return { client, told, link: new ReplicaLink({ client, local, filesMax: 0, onKnown }, start ?? unknown) }
}

test('ReplicaLink: known from the start → nothing is listed, what is not confirmed goes up', async () => {
  const confirmed = toTxid(1n)
  const { client, link, told } = scene(3, '0:1', { kind: 'known', remote: new RemoteFiles(), confirmed })
  assert.deepEqual([link.error, link.confirmed], [null, 1n])
  assert.equal((await link.upload({})).kind, 'uploaded')
  assert.deepEqual([link.confirmed, told, client.storage.requests.list], [3n, [], 0])
  assert.equal(await link.nextAttempt(), true)
})

test('ReplicaLink: not known, it does not answer → says why, and nothing of it can be used', async () => {
  const { client, link, told } = scene(2, '')
  assert.match(String(link.error), /at the start/)
  client.storage.failNext(503)
  await assert.rejects(link.upload({}), { code: 'CLIENT_UNREACHABLE' })
  assert.doesNotMatch(String(link.error), /at the start/)
  assert.deepEqual([link.confirmed, told, client.storage.objects.size], [null, [], 0])
  assert.throws(() => link.remote, { code: 'REPLICATOR_UNEXPECTED' })
})

test('ReplicaLink: not known, it answers and is where the local files begin → told once, then they go up in order', async () => {
  const { client, link, told } = scene(4, '0:1..2')
  const waiting = link.nextAttempt()
  const outcome = await link.upload({})
  assert.ok(outcome.kind === 'uploaded')
  assert.deepEqual([listInWords(outcome.files), link.confirmed, told], ['3 4', 4n, ['continue 2']])
  assert.deepEqual([await waiting, link.error, link.remote.maxTXID()], [true, null, 4n])
  const { list } = client.storage.requests
  await link.upload({})
  assert.equal(client.storage.requests.list, list)
})

test("ReplicaLink: not known, it answers and holds another writer's files → a new start is due, nothing goes up", async () => {
  const { client, link, told } = scene(4, '0:1..2', undefined, true)
  const waiting = link.nextAttempt()
  for (let call = 0; call < 2; call++) assert.equal((await link.upload({})).kind, 'replan')
  assert.deepEqual([await waiting, await link.nextAttempt(), told], [false, false, []])
  assert.equal(client.storage.requests.put, 0)
})

test('ReplicaLink, nextAttempt: the attempt fails, the caller gives up, or all is given up → rejects with that', async () => {
  const { client, link } = scene(1, '')
  const failed = assert.rejects(link.nextAttempt(), { code: 'CLIENT_UNREACHABLE' })
  client.storage.failNext(503)
  await assert.rejects(link.upload({}))
  await failed
  const [stop, reason] = [new AbortController(), new Error('no time')]
  const stopped = assert.rejects(link.nextAttempt(stop.signal), reason)
  stop.abort(reason)
  await stopped
  await assert.rejects(link.nextAttempt(AbortSignal.abort(reason)), reason)
  const over = assert.rejects(link.nextAttempt(), /it is over/)
  link.giveUp(new Error('it is over'))
  await over
  await assert.rejects(link.nextAttempt(), /it is over/, 'also for who comes later: nobody would answer')
})

for (const isGone of [false, true]) {
  test(`ReplicaLink: an upload is refused, then ${isGone ? 'a stored file is gone → a new start is due' : 'all is there → it goes on, listed once'}`, async () => {
    const { client } = scene(0, '0:1..2')
    const remote = await RemoteFiles.load(client)
    const local = new MemoryLocalFiles([1, 2, 3, 4].map((max) => ({ max })))
    const parts = { client, local, filesMax: 0, onKnown: () => assert.fail('known before') }
    const link = new ReplicaLink(parts, { kind: 'known', remote, confirmed: toTxid(2n) })
    client.storage.failNext(403)
    await assert.rejects(link.upload({}), { code: 'CLIENT_DENIED' })
    if (isGone) await client.deleteFiles(fileList('0:1'))
    const { list, put } = client.storage.requests
    assert.equal((await link.upload({})).kind, isGone ? 'replan' : 'uploaded')
    await link.upload({})
    const { requests } = client.storage
    assert.deepEqual([requests.list - list, requests.put - put], isGone ? [10, 0] : [10, 2])
    assert.equal(await link.nextAttempt(), !isGone)
  })
}
