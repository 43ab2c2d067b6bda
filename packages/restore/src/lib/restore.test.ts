import assert from 'node:assert/strict'
import { ClientError } from '@ltx/client-core'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import type { SimEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { type History, randomHistory } from '../../test/history.ts'
import { contentOf, instantEnv, putContent } from '../../test/instant-env.ts'
import { isRestoreError, type RestoreErrorCode } from './errors.ts'
import type { RestoreProgress } from './progress.ts'
import { restore, type RestoreOptions } from './restore.ts'

const OUTPUT = '/data/app.db'
const OLD = Uint8Array.of(1, 2, 3)

interface World {
  readonly env: SimEnv
  readonly client: MemoryClient
  readonly history: History
  readonly latest: Uint8Array
  readonly run: (options?: Partial<RestoreOptions>) => ReturnType<typeof restore>
}

function world(): World {
  const history = randomHistory({ seed: 11, pageSize: 1024, pagesMax: 30, transactions: 10 })
  const env = instantEnv()
  const client = memoryClient({ storage: history.storage })
  const latest = history.states[10] ?? new Uint8Array(0)
  const run = (options: Partial<RestoreOptions> = {}): ReturnType<typeof restore> =>
    restore({ client, env, outputPath: OUTPUT, ...options })
  return { env, client, history, latest, run }
}

const withCode =
  (code: RestoreErrorCode) =>
  (error: unknown): boolean => {
    assert.ok(isRestoreError(error, code), String(error))
    return true
  }

test('restore: into a directory that is missing → made, with the database durable in it', async () => {
  const { env, latest, run } = world()
  const result = await run({ outputPath: '/new/deep/app.db' })
  assert.equal(result.txid, 10n)
  assert.equal(result.bytes, latest.length)
  assert.equal(result.commit * result.pageSize, latest.length)
  assert.deepEqual(result.replaced, [])
  env.files.crash()
  assert.deepEqual(await contentOf(env, '/new/deep/app.db'), latest)
  assert.equal((await env.files.stat('/new/deep/app.db'))?.mode, 0o644)
})

test('restore: a mode is given → the database has it', async () => {
  const { env, run } = world()
  await run({ mode: 0o600 })
  assert.equal((await env.files.stat(OUTPUT))?.mode, 0o600)
})

test('restore: something is at the output → refused, and nothing was read', async () => {
  const { env, client, run } = world()
  await putContent(env, OUTPUT, OLD)
  await assert.rejects(run(), withCode('RESTORE_EXISTS'))
  assert.equal(client.storage.requests.list + client.storage.requests.get, 0)
  assert.deepEqual(await contentOf(env, OUTPUT), OLD)
})

test('restore: a stale -wal → refused', async () => {
  const { env, run } = world()
  await putContent(env, `${OUTPUT}-wal`, OLD)
  await assert.rejects(run(), withCode('RESTORE_STALE_SIDECAR'))
  assert.deepEqual(await env.files.list('/data'), ['app.db-wal'])
})

test('restore: forced → replaced, sidecars gone, the mode kept', async () => {
  const { env, latest, run } = world()
  for (const suffix of ['', '-wal', '-shm', '-journal']) await putContent(env, OUTPUT + suffix, OLD)
  await run({ force: true })
  assert.deepEqual(await env.files.list('/data'), ['app.db'])
  assert.deepEqual(await contentOf(env, OUTPUT), latest)
  assert.equal((await env.files.stat(OUTPUT))?.mode, 0o640)
})

for (const [what, break_] of Object.entries({
  'nothing to restore': ({ history }: World) => history.storage.objects.clear(),
  'a storage that denies': ({ client }: World) => {
    client.readFile = async function* () {
      yield* []
      throw new ClientError('CLIENT_DENIED', 'no')
    }
  },
})) {
  test(`restore: forced, and ${what} → the old database and its -wal stay as they were`, async () => {
    const there = world()
    for (const suffix of ['', '-wal']) await putContent(there.env, OUTPUT + suffix, OLD)
    break_(there)
    await assert.rejects(
      there.run({ force: true }),
      (error) => isRestoreError(error) || error instanceof ClientError,
    )
    assert.deepEqual(await there.env.files.list('/data'), ['app.db', 'app.db-wal'])
    assert.deepEqual(await contentOf(there.env, OUTPUT), OLD)
  })
}

test('restore: an empty replica → RESTORE_NOTHING, and no directory is made', async () => {
  const { env, history, run } = world()
  history.storage.objects.clear()
  await assert.rejects(run(), withCode('RESTORE_NOTHING'))
  assert.equal(await env.files.stat('/data'), null)
})

test('restore: a check → sees the whole database under its temporary name; what it leaves beside it is removed', async () => {
  const { env, latest, run } = world()
  let seen = ''
  await run({
    async check(path) {
      seen = path
      assert.deepEqual(await contentOf(env, path), latest)
      assert.equal(await env.files.stat(OUTPUT), null)
      for (const suffix of ['-wal', '-shm']) await putContent(env, path + suffix, OLD)
    },
  })
  assert.match(seen, /^\/data\/app\.db\.\d+\.[0-9a-f]{16}\.tmp$/u)
  assert.deepEqual(await env.files.list('/data'), ['app.db'])
})

test('restore: the check refuses → RESTORE_CHECK_FAILED with its words, and nothing is left', async () => {
  const { env, run } = world()
  const check = async (path: string): Promise<void> => {
    await putContent(env, `${path}-shm`, OLD)
    throw new Error('row 3 missing from index')
  }
  await assert.rejects(run({ check }), (error) => {
    withCode('RESTORE_CHECK_FAILED')(error)
    return String(error).includes('row 3 missing from index')
  })
  assert.deepEqual(await env.files.list('/data'), [])
})

test('restore: the disk is full → RESTORE_NO_SPACE that says how much is needed, and nothing is left', async () => {
  const { env, latest, run } = world()
  env.files.setCapacity(env.files.usedBytes() + 2000)
  await assert.rejects(run(), (error) => {
    withCode('RESTORE_NO_SPACE')(error)
    return String(error).includes(`${latest.length} bytes`)
  })
  assert.deepEqual(await env.files.list('/data'), [])
})

for (const [operation, path] of [
  ['open', /\.tmp$/u],
  ['write', /\.tmp$/u],
  ['truncate', /\.tmp$/u],
  ['sync', /\.tmp$/u],
  ['rename', /\.tmp$/u],
] as const) {
  test(`restore: ${operation} fails with EIO → the system's own error, and nothing is left`, async () => {
    const { env, run } = world()
    env.files.failNext(operation, 'EIO', path)
    await assert.rejects(run(), { code: 'EIO' })
    assert.deepEqual(await env.files.list('/data'), [])
  })
}

test('restore: progress → phases in order, all bytes at the end', async () => {
  const { run } = world()
  const events: RestoreProgress[] = []
  const result = await run({ onProgress: (event) => events.push(event), check: async () => {} })
  assert.deepEqual(
    [...new Set(events.map((event) => event.phase))],
    ['plan', 'fetch', 'sync', 'check', 'done'],
  )
  const last = events.at(-1)
  assert.equal(last?.bytesDone, last?.bytesTotal)
  assert.equal(last?.pagesWritten, result.commit)
})

test('restore: a file vanishes between listing and reading, a compaction has replaced it → restored, and it is told', async () => {
  const { env, client, history, run } = world()
  const { storage } = history
  for (const path of storage.paths()) if (!/^ltx\/[01]\//u.test(path)) storage.objects.delete(path)
  const compaction = history.files.find((file) => file.level === 1)
  assert.ok(compaction !== undefined)
  const txid = compaction.maxTXID
  const bytes = storage.get(compaction) ?? new Uint8Array(0)
  await client.deleteFiles([compaction])
  const readFile = client.readFile.bind(client)
  client.readFile = async function* (file, options) {
    storage.put(compaction, bytes, 1)
    await client.deleteFiles([{ level: 0, minTXID: txid, maxTXID: txid }])
    yield* readFile(file, options)
  }
  const result = await run({ target: { kind: 'txid', txid } })
  assert.deepEqual(await contentOf(env, OUTPUT), history.states[Number(txid)])
  assert.deepEqual(
    result.replaced.map((file) => [file.level, file.maxTXID]),
    [[0, txid]],
  )
})

for (const parallelism of [0, 1.5, 257, Number.NaN]) {
  test(`restore: parallelism ${parallelism} → RESTORE_BAD_OPTIONS`, async () => {
    await assert.rejects(world().run({ parallelism }), withCode('RESTORE_BAD_OPTIONS'))
  })
}
