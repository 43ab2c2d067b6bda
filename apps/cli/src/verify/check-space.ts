import { statfs } from 'node:fs/promises'
import type { FileInfo, ReplicaClient } from '@ltx/client-core'
import { decodeHeader, HEADER_BYTES } from '@ltx/format'
import type { RestorePlan } from '@ltx/restore'
import { humanSize } from '../text/human-size.ts'

/** What has to be free beside the database itself: SQLite's check may need a little. */
const SPARE_BYTES = 16 * 1024 * 1024

/**
 * Whether the restored database will fit.
 *
 * @returns what was seen
 * @throws Error that it does not
 */
export async function checkSpace(
  client: ReplicaClient,
  plan: RestorePlan,
  directory: string,
  signal: AbortSignal,
): Promise<string> {
  const last = plan.files.at(-1)
  if (last === undefined) throw new Error('invariant broken: a plan has files')
  const neededBytes = await databaseBytes(client, last, signal)
  const { bavail, bsize } = await statfs(directory)
  const freeBytes = bavail * bsize
  const text = `${humanSize(neededBytes)} needed in ${directory}, ${humanSize(freeBytes)} free`
  if (neededBytes + SPARE_BYTES > freeBytes) throw new Error(`${text}: name another directory with -dir`)
  return text
}

/** The size of the database after a file. */
async function databaseBytes(client: ReplicaClient, file: FileInfo, signal: AbortSignal): Promise<number> {
  const bytes = new Uint8Array(HEADER_BYTES)
  let length = 0
  for await (const chunk of client.readFile(file, { end: HEADER_BYTES, signal })) {
    bytes.set(chunk, length)
    length += chunk.length
  }
  const { commit, pageSize } = decodeHeader(bytes.subarray(0, length))
  return commit * pageSize
}
