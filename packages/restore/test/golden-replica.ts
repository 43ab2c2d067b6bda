import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryClient, MemoryStorage } from '@ltx/client-core/memory'
import { simEnv } from '@ltx/env/sim'
import { restore, type RestoreResult, type RestoreTarget } from '../src/index.ts'

/** What the real program made of one target: a database, or a kind of error. */
export interface Expected {
  readonly sha256?: string
  readonly error?: string
  readonly plan?: readonly string[] | { readonly count: number }
}

export interface TxidPoint extends Expected {
  readonly txid: string
}

export interface TimestampPoint extends Expected {
  readonly timestamp: string
}

export interface Mutation {
  readonly what: string
  readonly remove: readonly string[]
  readonly alter: readonly { readonly path: string; readonly offset: number; readonly xor: number }[]
  readonly latest: Expected
  readonly txid: readonly TxidPoint[]
  readonly timestamp: readonly TimestampPoint[]
}

/** The parts of `expect.json` that the tests use. */
export interface GoldenReplica {
  readonly name: string
  readonly files: readonly { readonly path: string; readonly mtimeMs: number }[]
  readonly latest: Expected
  readonly restorePoints: readonly TxidPoint[]
  readonly txidsNotRestorable: readonly TxidPoint[]
  readonly timestampPoints: readonly TimestampPoint[]
  readonly edgeCases: readonly {
    readonly what: string
    readonly args: readonly [flag: string, value: string]
    readonly byUrl: Expected
    readonly byConfig: Expected
  }[]
  readonly mutations: readonly Mutation[]
}

export function readGolden(directory: string): GoldenReplica {
  return JSON.parse(readFileSync(join(directory, 'expect.json'), 'utf8')) as GoldenReplica
}

/** The replica in memory, dated as recorded, with a mutation's files removed and altered. */
export function loadGolden(directory: string, golden: GoldenReplica, mutation?: Mutation): MemoryStorage {
  const storage = new MemoryStorage()
  for (const { path, mtimeMs } of golden.files) {
    if (mutation?.remove.includes(path)) continue
    const bytes = new Uint8Array(readFileSync(join(directory, 'replica', path)))
    for (const { offset, xor } of (mutation?.alter ?? []).filter((change) => change.path === path)) {
      bytes[offset] = (bytes[offset] ?? 0) ^ xor
    }
    storage.put(path, bytes, mtimeMs)
  }
  return storage
}

export interface Restored extends RestoreResult {
  readonly sha256: string
}

/** Restores into a simulated disk. */
export async function restoreGolden(storage: MemoryStorage, target: RestoreTarget): Promise<Restored> {
  const env = simEnv({ seed: 1 })
  const client = memoryClient({ storage })
  const result = await restore({ client, env, outputPath: '/out/app.db', target })
  await using handle = await env.files.open('/out/app.db', 'read')
  const bytes = new Uint8Array((await handle.stat()).size)
  await handle.read(bytes, 0)
  return { ...result, sha256: createHash('sha256').update(bytes).digest('hex') }
}
