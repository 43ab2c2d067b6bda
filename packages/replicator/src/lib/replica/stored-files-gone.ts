import { isClientError, type CallOptions, type FileInfo, type ReplicaClient } from '@ltx/client-core'
import { RemoteFiles } from './remote-files.ts'

/** Failures after which a storage is as it was: it was busy, or could not be reached. They are frequent, and a look costs ten listings. */
const HARMLESS = new Set<string>(['CLIENT_BUSY', 'CLIENT_UNREACHABLE', 'CLIENT_EXISTS', 'CLIENT_BAD_FILE'])

/** Whether such a failure may have come with files that are there no more: a folder was removed, a disk or a bucket is another one. */
export function mayHaveLostFiles(error: unknown): boolean {
  return isClientError(error) && !HARMLESS.has(error.code)
}

/**
 * Lists the replica again, and looks for files that must be there: what goes up next would be of no use without them. Files that we write
 * or delete ourselves in the meantime are no matter.
 *
 * @returns one that is gone; `null`: all are there
 * @throws {ClientError} when the storage does not answer
 */
export async function findGone(
  client: Pick<ReplicaClient, 'listFiles'>,
  remote: RemoteFiles,
  options: CallOptions = {},
): Promise<FileInfo | null> {
  const before = remote.levels.map((files) => [...files])
  const listed = await RemoteFiles.load(client, options)
  for (const [level, files] of before.entries()) {
    const there = new Set(listed.level(level).map(rangeOf))
    const still = new Set(remote.level(level).map(rangeOf))
    const gone = files.find((file) => still.has(rangeOf(file)) && !there.has(rangeOf(file)))
    if (gone !== undefined) return gone
  }
  return null
}

function rangeOf({ minTXID, maxTXID }: FileInfo): string {
  return `${minTXID}-${maxTXID}`
}
