import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { memoryClient, MemoryStorage } from '@ltx/client-core/memory'
import { simEnv } from '@ltx/env/sim'
import { describe, test } from 'vitest'
import { checkTimeBounds, isRestoreError, listReplica } from '../src/index.ts'
import { chooseFormat, listLegacy, restoreLegacy, type RestoreLegacyOptions } from '../src/legacy.ts'

interface Expected {
  readonly sha256?: string
  readonly error?: string
}

interface GoldenLegacy {
  readonly name: string
  readonly files: readonly { readonly path: string; readonly mtimeMs: number }[]
  readonly latestBy05: Expected
  readonly generations: readonly { readonly generation: string; readonly latestByV3: Expected }[]
  readonly indexPoints: readonly {
    readonly generation: string
    readonly index: string
    readonly byV3: Expected
  }[]
  readonly timestampPoints: readonly {
    readonly timestamp: string
    readonly kind: string
    readonly by05: Expected
    readonly by05Config?: Expected
  }[]
}

const root = resolve(import.meta.dirname, '../../..')
const shared = join(process.env['LTX_FIXTURES'] ?? join(root, '../shared/fixtures'), 'v3')

function load(directory: string, golden: GoldenLegacy, keep: (path: string) => boolean): MemoryStorage {
  const storage = new MemoryStorage()
  for (const { path, mtimeMs } of golden.files) {
    if (!keep(path)) continue
    storage.put(path, new Uint8Array(readFileSync(join(directory, 'replica', path))), mtimeMs)
  }
  return storage
}

async function restored(
  storage: MemoryStorage,
  options: Pick<RestoreLegacyOptions, 'target' | 'generation'> = {},
): Promise<string> {
  const env = simEnv({ seed: 1 })
  const client = memoryClient({ storage })
  const result = await restoreLegacy({ client, env, outputPath: '/out/app.db', ...options })
  await using handle = await env.files.open('/out/app.db', 'read')
  const bytes = new Uint8Array((await handle.stat()).size)
  await handle.read(bytes, 0)
  assert.equal(bytes.length, result.bytes)
  assert.deepEqual(await env.files.list('/out'), ['app.db'])
  return createHash('sha256').update(bytes).digest('hex')
}

function describeGolden(directory: string): void {
  const golden = JSON.parse(readFileSync(join(directory, 'expect.json'), 'utf8')) as GoldenLegacy
  const { name } = golden
  const storage = load(directory, golden, () => true)

  test(`${name}: latest → the recorded database`, async () => {
    assert.equal(await restored(storage), golden.latestBy05.sha256)
  })

  test(`${name}: each of ${golden.generations.length} generations → the database that v0.3.13 restored`, async () => {
    for (const { generation, latestByV3 } of golden.generations) {
      assert.equal(await restored(storage, { generation }), latestByV3.sha256, generation)
    }
  })

  test(`${name}: up to each of ${golden.indexPoints.length} WALs, from the newest snapshot before it → the database that v0.3.13 restored`, async () => {
    for (const { generation, index, byV3 } of golden.indexPoints) {
      const upTo = (path: string): boolean => (/([0-9a-f]{8})[_.][^/]*$/.exec(path)?.[1] ?? 'f') <= index
      assert.equal(await restored(load(directory, golden, upTo), { generation }), byV3.sha256, index)
    }
  })

  test(`${name}: each of ${golden.timestampPoints.length} moments → the recorded database, by URL and by configuration`, async () => {
    const client = memoryClient({ storage })
    const env = simEnv({ seed: 1 })
    const [listing, legacy] = [await listReplica(client), await listLegacy(client, env)]
    for (const { timestamp, by05, by05Config = by05 } of golden.timestampPoints) {
      const target = { kind: 'timestamp', timestampMs: Date.parse(timestamp) } as const
      const act = (): void => checkTimeBounds(listing, target.timestampMs, legacy)
      if (by05.error === undefined) act()
      else assert.throws(act, (error) => isRestoreError(error, 'RESTORE_TIME_OUT_OF_RANGE'))
      assert.equal(await chooseFormat(client, env, target), '0.3')
      if (by05Config.error === undefined) assert.equal(await restored(storage, { target }), by05Config.sha256)
      else {
        assert.equal(by05Config.error, 'no-snapshots')
        await assert.rejects(restored(storage, { target }), (error) =>
          isRestoreError(error, 'RESTORE_NOTHING'),
        )
      }
    }
  })

  test(`${name}: any piece of a WAL missing → an error that names it, or what is there is whole`, async () => {
    const generation = golden.generations.at(-1)?.generation ?? ''
    const used = golden.files.filter(({ path }) => path.includes(`${generation}/wal/`))
    let errors = 0
    for (const { path } of used) {
      try {
        // the last piece of a WAL leaves no trace, and one before the newest snapshot is not needed
        await restored(load(directory, golden, (each) => each !== path))
      } catch (error) {
        assert.ok(isRestoreError(error, 'RESTORE_GAP'), String(error))
        assert.ok(error.message.includes(path), error.message)
        errors++
      }
    }
    assert.ok(errors > 0 || name === 'gens-4k', `${errors} errors`)
  })
}

describe('golden replicas of Litestream 0.3 in the repository', () => {
  const directory = join(import.meta.dirname, '../fixtures/v3')
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) describeGolden(join(directory, entry.name))
  }
})

describe('golden replicas of Litestream 0.3 in the shared set', () => {
  const names = existsSync(shared) ? readdirSync(shared) : []

  test('the folder of LTX_FIXTURES → has its replicas', ({ skip }) => {
    skip(names.length === 0, 'neither $LTX_FIXTURES nor ../shared/fixtures is there')
    assert.ok(names.length >= 2)
  })

  for (const name of names) describeGolden(join(shared, name))
})
