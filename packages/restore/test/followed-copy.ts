import assert from 'node:assert/strict'
import { memoryClient, MemoryStorage } from '@ltx/client-core/memory'
import type { Env, FileHandle, Files } from '@ltx/env'
import type { CrashKeeps, SimEnv } from '@ltx/env/sim'
import type { FileKey } from '@ltx/client-core'
import { follow, type FollowEvent, type FollowOptions } from '../src/follow.ts'
import { contentOf } from './instant-env.ts'
import type { History } from './history.ts'

export const COPY = '/copy/app.db'

/** Nobody else is there. */
export const freeLock = async (): Promise<AsyncDisposable> => ({ async [Symbol.asyncDispose]() {} })

/** Part of a history's replica. */
export function replicaOf(history: History, keep: (file: FileKey) => boolean): MemoryStorage {
  const storage = new MemoryStorage()
  for (const file of history.files.filter(keep)) addFile(storage, history, file)
  return storage
}

export function addFile(storage: MemoryStorage, history: History, file: FileKey): void {
  storage.put(file, history.storage.get(file) ?? assert.fail(), Number(file.maxTXID) * 1000)
}

/** Follows until `isEnough`, and tells what happened. A failure that is not expected ends it too. */
export async function followUntil(
  env: Env,
  storage: MemoryStorage,
  isEnough: (event: FollowEvent) => boolean,
  options: Partial<FollowOptions> = {},
): Promise<FollowEvent[]> {
  const enough = new AbortController()
  const events: FollowEvent[] = []
  await follow({
    client: memoryClient({ storage }),
    env,
    outputPath: COPY,
    lock: freeLock,
    signal: enough.signal,
    onEvent(event) {
      events.push(event)
      if (isEnough(event) || events.length > 100) enough.abort(new Error('enough'))
    },
    ...options,
  })
  return events
}

/** Whether an event says that the copy has reached a transaction. */
export const reaches =
  (txid: number) =>
  (event: FollowEvent): boolean =>
    'txid' in event && event.txid === BigInt(txid)

/** The bytes of a copy without those that a follower changes. */
export function comparable(bytes: Uint8Array): Uint8Array {
  const same = bytes.slice()
  for (const [start, end] of [
    [18, 20],
    [24, 28],
    [92, 96],
  ] as const) {
    same.fill(0, start, end)
  }
  return same
}

export async function assertCopy(env: SimEnv, history: History, txid: number): Promise<void> {
  const copy = await contentOf(env, COPY)
  assert.deepEqual([copy[18], copy[19]], [1, 1])
  assert.ok(Buffer.compare(comparable(copy), comparable(history.states[txid] ?? assert.fail())) === 0)
}

/** A world whose process dies at its n-th file operation (from 0), in the way that `keeps` says. */
export function dyingEnv(
  env: SimEnv,
  dieAt: number,
  keeps: CrashKeeps | 'everything',
): { readonly env: Env; readonly operations: () => number; readonly next: () => SimEnv | null } {
  let count = 0
  let next: SimEnv | null = null
  const counted = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name, object)
        if (typeof value !== 'function') return value
        return async (...args: readonly unknown[]): Promise<unknown> => {
          if (count++ === dieAt) next = env.restart(keeps)
          const result: unknown = await Reflect.apply(value, object, args)
          return name === 'open' ? counted(result as FileHandle) : result
        }
      },
    })
  return { env: { ...env, files: counted<Files>(env.files) }, operations: () => count, next: () => next }
}
