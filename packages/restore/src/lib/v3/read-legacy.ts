import {
  ClientError,
  type LegacyFiles,
  type LegacyObject,
  READ_RETRIES,
  retryBudget,
  type ReplicaClient,
} from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { type LegacyItem, parseLegacyObject } from './layout.ts'

type RetryEnv = Pick<Env, 'clock' | 'random' | 'logger'>

/**
 * Everything that a replica of Litestream 0.3 has at this place; nothing where the backend cannot read such replicas. Holds about 300
 * bytes per object. A listing that breaks begins again.
 *
 * @throws {ClientError} as the storage says, after retries
 */
export async function listLegacy(
  client: Pick<ReplicaClient, 'legacy'>,
  env: RetryEnv,
  signal?: AbortSignal,
): Promise<LegacyItem[]> {
  const budget = retryBudget(env, READ_RETRIES)
  for (;;) {
    const items: LegacyItem[] = []
    try {
      for await (const object of client.legacy?.list({ signal }) ?? []) {
        const item = parseLegacyObject(object)
        if (item !== null) items.push(item)
      }
      return items
    } catch (error) {
      await budget.spend(error, signal)
    }
  }
}

/**
 * The bytes of one object. A transfer that breaks is opened again and read over up to where it was: the storage gives whole objects
 * only, and they never change.
 *
 * @throws {ClientError} as the storage says, after retries
 */
export async function* readLegacy(
  files: LegacyFiles,
  env: RetryEnv,
  object: LegacyObject,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const budget = retryBudget(env, READ_RETRIES)
  let delivered = 0
  for (;;) {
    try {
      let offset = 0
      for await (const chunk of files.read(object.path, { signal })) {
        const known = Math.min(chunk.length, Math.max(delivered - offset, 0))
        offset += chunk.length
        if (known === chunk.length) continue
        delivered = offset
        budget.progress()
        yield known === 0 ? chunk : chunk.subarray(known)
      }
      if (delivered >= object.size) return
      throw new ClientError(
        'CLIENT_UNREACHABLE',
        `${object.path}: the stream ended at byte ${offset}, ${object.size} were expected`,
      )
    } catch (error) {
      await budget.spend(error, signal)
    }
  }
}
