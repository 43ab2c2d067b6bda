import assert from 'node:assert/strict'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient, MemoryStorage } from '@ltx/client-core/memory'
import { test } from 'vitest'
import { contentOf, instantEnv } from '../../../test/instant-env.ts'
import {
  GENERATION,
  LEGACY_PAGE_SIZE,
  legacyDatabase,
  legacyWal,
  lz4Stored,
  putSnapshot,
  putWal,
  writes,
} from '../../../test/legacy-replica.ts'
import { isRestoreError, type RestoreErrorCode } from '../errors.ts'
import { segmentPath } from './layout.ts'
import { restoreLegacy, type RestoreLegacyOptions } from './restore-legacy.ts'

const FRAME = 24 + LEGACY_PAGE_SIZE

async function restored(
  storage: MemoryStorage,
  options: Partial<RestoreLegacyOptions> = {},
): Promise<Uint8Array> {
  const env = instantEnv()
  const client = memoryClient({ storage })
  await restoreLegacy({ client, env, outputPath: '/out/app.db', ...options })
  assert.deepEqual(await env.files.list('/out'), ['app.db'])
  return await contentOf(env, '/out/app.db')
}

/** A snapshot of two pages, a WAL that adds one and one that changes two, the second in pieces. */
function scene(): MemoryStorage {
  const storage = new MemoryStorage()
  putSnapshot(storage, 4, legacyDatabase(0, 0), 10)
  putWal(storage, 4, legacyWal(1, writes(3, [3, 1], [1, 1])), 20)
  putWal(storage, 5, legacyWal(7, writes(3, [2, 2]), writes(3, [3, 3])), 30, [32 + FRAME])
  return storage
}

test('restore legacy: a snapshot and two WALs in pieces → all of it, newest page images', async () => {
  assert.deepEqual(await restored(scene()), legacyDatabase(1, 2, 3))
})

const at = (timestampMs: number): Promise<Uint8Array> =>
  restored(scene(), { target: { kind: 'timestamp', timestampMs } })

test('restore legacy: a moment → what was stored up to it, inclusive', async () => {
  assert.deepEqual(await at(29), legacyDatabase(1, 0, 1))
  assert.deepEqual(await at(30), legacyDatabase(1, 2, 3))
  assert.deepEqual(await at(19), legacyDatabase(0, 0))
})

test('restore legacy: the last WAL shrinks the database → it is cut', async () => {
  const storage = scene()
  putWal(storage, 6, legacyWal(20, writes(1, [1, 6])), 40)
  assert.deepEqual(await restored(storage), legacyDatabase(6))
})

test('restore legacy: frames after the last commit of the last WAL → left out', async () => {
  const storage = scene()
  putWal(storage, 6, legacyWal(20, writes(3, [1, 6]), writes(0, [2, 6])), 40)
  assert.deepEqual(await restored(storage), legacyDatabase(6, 2, 3))
})

/** Breaks the scene: what, how, the code, and words of the message. */
const broken: readonly [string, (storage: MemoryStorage) => void, RestoreErrorCode, string][] = [
  [
    'a piece in the middle of a WAL is missing',
    (storage) => {
      putWal(storage, 6, legacyWal(20, writes(3, [1, 6]), writes(3, [2, 6]), writes(3, [3, 6])), 40, [
        32 + FRAME,
        32 + 2 * FRAME,
      ])
      storage.objects.delete(segmentPath(GENERATION, 6, 32 + FRAME))
    },
    'RESTORE_GAP',
    segmentPath(GENERATION, 6, 32 + FRAME),
  ],
  [
    'a piece overlaps the one before',
    (storage) => storage.put(segmentPath(GENERATION, 5, 40), lz4Stored(new Uint8Array(9)), 30),
    'RESTORE_CORRUPT',
    segmentPath(GENERATION, 5, 40),
  ],
  [
    'a byte of a page image has changed',
    (storage) => {
      const wal = legacyWal(7, writes(3, [2, 2]), writes(3, [3, 3]))
      putWal(storage, 5, wal.with(32 + 24 + 100, 99), 30, [32 + FRAME])
    },
    'RESTORE_CORRUPT',
    'checksum-mismatch',
  ],
  [
    'the pieces of a WAL are of two WALs',
    (storage) =>
      storage.put(
        segmentPath(GENERATION, 5, 32 + FRAME),
        lz4Stored(legacyWal(9, writes(3, [3, 3])).subarray(32)),
        30,
      ),
    'RESTORE_CORRUPT',
    'salt-mismatch',
  ],
  [
    'a WAL that is not the last ends inside a transaction',
    (storage) => putWal(storage, 4, legacyWal(1, writes(3, [3, 1], [1, 1]), writes(0, [2, 9])), 20),
    'RESTORE_CORRUPT',
    'without an end',
  ],
  [
    'a WAL has no whole header',
    (storage) => storage.put(segmentPath(GENERATION, 4, 0), lz4Stored(new Uint8Array(31)), 20),
    'RESTORE_CORRUPT',
    segmentPath(GENERATION, 4, 0),
  ],
  [
    'the snapshot is no database',
    (storage) => putSnapshot(storage, 4, new Uint8Array(1024), 10),
    'RESTORE_CORRUPT',
    'snapshots/00000004',
  ],
  [
    'the snapshot is cut off',
    (storage) => putSnapshot(storage, 4, legacyDatabase(0, 0).subarray(0, 700), 10),
    'RESTORE_CORRUPT',
    'no whole pages',
  ],
  [
    'a compressed object is cut off',
    (storage) => {
      const path = segmentPath(GENERATION, 4, 0)
      storage.put(path, storage.get(path)?.subarray(0, -6) ?? assert.fail(), 20)
    },
    'RESTORE_CORRUPT',
    'LTX_TRUNCATED',
  ],
]

for (const [situation, breakIt, code, words] of broken) {
  test(`restore legacy: ${situation} → ${code}, and nothing is left`, async () => {
    const storage = scene()
    breakIt(storage)
    const env = instantEnv()
    const options = { client: memoryClient({ storage }), env, outputPath: '/out/app.db' }
    await assert.rejects(
      restoreLegacy(options),
      (error) => isRestoreError(error, code) && (error.message.includes(words) || assert.fail(error.message)),
    )
    assert.deepEqual(await env.files.list('/out'), [])
  })
}

test('restore legacy: the storage is away for a while → it goes on', async () => {
  const storage = scene()
  for (let failure = 0; failure < 3; failure++) storage.failNext(503)
  assert.deepEqual(await restored(storage), legacyDatabase(1, 2, 3))
})

test('restore legacy: a client that cannot read such replicas → RESTORE_NOTHING', async () => {
  const env = instantEnv()
  const whole = memoryClient()
  const client = new Proxy(whole, {
    get: (object, name) => (name === 'legacy' ? undefined : (Reflect.get(object, name, object) as unknown)),
  })
  await assert.rejects(restoreLegacy({ client, env, outputPath: '/out/app.db' }), (error) =>
    isRestoreError(error, 'RESTORE_NOTHING'),
  )
  assert.notEqual(withFaults(whole, env, {}).legacy, undefined)
})

test('restore legacy: aborted in the middle → the reason, and nothing is left', async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  const env = instantEnv()
  const options = {
    client: memoryClient({ storage: scene() }),
    env,
    outputPath: '/out/app.db',
    signal: stop.signal,
  }
  const onProgress = ({ phase }: { readonly phase: string }): void => {
    if (phase === 'fetch') stop.abort(reason)
  }
  await assert.rejects(restoreLegacy({ ...options, onProgress }), reason)
  assert.deepEqual(await env.files.list('/out'), [])
})
