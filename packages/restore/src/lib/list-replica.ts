import { collectFiles, type FileInfo, LEVEL_MAX, type ReplicaClient } from '@ltx/client-core'

export interface ListReplicaOptions {
  /** Asks for header times even where that costs a request per file: needed to choose by timestamp. */
  readonly exactTimestamps?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Lists every level, 0 to 9, at once. Holds about 200 bytes per file.
 *
 * @throws {ClientError} as the storage says
 */
export async function listReplica(
  client: ReplicaClient,
  options: ListReplicaOptions = {},
): Promise<ReadonlyMap<number, FileInfo[]>> {
  const levels = Array.from({ length: LEVEL_MAX + 1 }, (_, level) => level)
  const listed = await Promise.all(
    levels.map(async (level) => [level, await collectFiles(client.listFiles(level, options))] as const),
  )
  return new Map(listed)
}
