import {
  equalBytes,
  isClientError,
  type CallOptions,
  type FileKey,
  type ReplicaClient,
} from '@ltx/client-core'
import { TRAILER_BYTES, type Txid } from '@ltx/format'
import type { LocalCopy, LocalFilesPort } from './local-files-port.ts'

/** Whether a local file and the stored one of the same TXID are the same. `unknown`: there is no stored one. */
export type Identity = 'same' | 'different' | 'unknown'

export interface IdentityComponents {
  readonly client: Pick<ReplicaClient, 'readFile'>
  readonly local: Pick<LocalFilesPort, 'readEnd'>
}

/**
 * Compares a local file with the stored one by size and by the trailer, which has the checksum over everything in the file. One
 * request: the range begins where the local trailer does and ends one byte past it, so a stored file of another size gives other bytes.
 */
export async function compareWithStored(
  components: IdentityComponents,
  copy: LocalCopy,
  stored: FileKey,
  options: CallOptions = {},
): Promise<Identity> {
  const trailer = await components.local.readEnd(copy.txid, TRAILER_BYTES)
  if (trailer.length < TRAILER_BYTES) return 'different'
  try {
    const found = await readAtMost(components.client, stored, copy.bytes - TRAILER_BYTES, options)
    return equalBytes(found, trailer) ? 'same' : 'different'
  } catch (error) {
    if (isClientError(error, 'CLIENT_NOT_FOUND')) return 'unknown'
    throw error
  }
}

async function readAtMost(
  client: Pick<ReplicaClient, 'readFile'>,
  stored: FileKey,
  start: number,
  options: CallOptions,
): Promise<Uint8Array> {
  const found = new Uint8Array(TRAILER_BYTES + 1)
  let length = 0
  for await (const chunk of client.readFile(stored, { ...options, start, end: start + found.length })) {
    const taken = chunk.subarray(0, found.length - length)
    found.set(taken, length)
    length += taken.length
  }
  return found.subarray(0, length)
}

/**
 * The newest of these local files whose stored twin is the same, `null` if none is. Histories that part never meet again (each file
 * holds its time and its place in the WAL), so that halving finds the place: ten requests for a thousand files.
 *
 * @param copies Ascending. A file that is not stored counts as different.
 */
export async function findLastSame(
  components: IdentityComponents,
  copies: readonly LocalCopy[],
  options: CallOptions = {},
): Promise<Txid | null> {
  let start = 0
  let end = copies.length
  while (start < end) {
    const middle = start + Math.floor((end - start) / 2)
    const copy = copies[middle]
    if (copy === undefined) break
    const stored: FileKey = { level: 0, minTXID: copy.txid, maxTXID: copy.txid }
    if ((await compareWithStored(components, copy, stored, options)) === 'same') start = middle + 1
    else end = middle
  }
  return copies[start - 1]?.txid ?? null
}
