import {
  isClientError,
  type CallOptions,
  type FileInfo,
  type FileKey,
  type ReplicaClient,
} from '@ltx/client-core'
import type { Txid } from '@ltx/format'
import type { RemoteFiles } from '../replica/remote-files.ts'
import type { Level0Counts } from '../database/database-counts.ts'
import { countLevel0 } from './count-level-0.ts'
import { planRetention, type RemovedFiles, type RetentionFacts } from './plan-retention.ts'

export interface RetentionComponents {
  readonly client: Pick<ReplicaClient, 'deleteFiles' | 'listFiles'>
  readonly remote: RemoteFiles
}

export interface RetentionRequest extends CallOptions, Omit<RetentionFacts, 'levels'> {
  /** False: stored files are left to the storage's own rules. */
  readonly retentionEnabled: boolean
}

export interface RetentionResult {
  /** Stored files that are deleted. */
  readonly deleted: readonly FileInfo[]
  /** Local level 0 files up to this TXID may go, as far as the replica is concerned; `null`: none. */
  readonly localUpTo: Txid | null
  /** What the plan thought of level 0; `null` where it is kept for ever. */
  readonly level0: Level0Counts | null
  /** What stopped the deletion. The next call goes on from there. */
  readonly failure: Error | null
}

/**
 * Deletes what {@link planRetention} says; makes no request when that is nothing. What is known of the replica stays true when a part
 * of it fails.
 *
 * With `retentionEnabled` false nothing is deleted: the files are only forgotten, because nobody can tell when the storage drops them
 * and nothing here needs them any more.
 *
 * @throws `signal.reason` as it is
 */
export async function runRetention(
  components: RetentionComponents,
  request: RetentionRequest,
): Promise<RetentionResult> {
  const { remote } = components
  const facts = { ...request, levels: remote.levels }
  const { remove, localUpTo } = planRetention(facts)
  const level0 = countLevel0(facts, remove.find(({ level }) => level === 0)?.files.length ?? 0)
  if (!request.retentionEnabled) {
    for (const { files } of remove) remote.remove(files)
    return { deleted: [], localUpTo, level0, failure: null }
  }
  const deleted: FileInfo[] = []
  for (const group of remove) {
    request.signal?.throwIfAborted()
    try {
      await components.client.deleteFiles(group.files, { signal: request.signal })
      remote.remove(group.files)
      deleted.push(...group.files)
    } catch (error) {
      request.signal?.throwIfAborted()
      deleted.push(...(await deletedDespite(error, group, components, request)))
      return {
        deleted,
        localUpTo,
        level0,
        failure: error instanceof Error ? error : new Error(String(error)),
      }
    }
  }
  return { deleted, localUpTo, level0, failure: null }
}

/** Finds out which of the files are gone: from the error, which names the rest, or else from a listing. */
async function deletedDespite(
  error: unknown,
  group: RemovedFiles,
  { client, remote }: RetentionComponents,
  options: CallOptions,
): Promise<readonly FileInfo[]> {
  if (isClientError(error) && error.files.length > 0) {
    const remaining = new Set(error.files.map(nameOf))
    const gone = group.files.filter((file) => !remaining.has(nameOf(file)))
    remote.remove(gone)
    return gone
  }
  try {
    await remote.reload(client, group.level, { signal: options.signal })
  } catch {
    options.signal?.throwIfAborted()
    return [] // deleting a file twice is fine, so that counting one too many does no harm
  }
  const remaining = new Set(remote.level(group.level).map(nameOf))
  return group.files.filter((file) => !remaining.has(nameOf(file)))
}

function nameOf(file: FileKey): string {
  return `${file.level}:${file.minTXID}-${file.maxTXID}`
}
