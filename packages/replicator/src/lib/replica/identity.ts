import {
  equalBytes,
  isClientError,
  type CallOptions,
  type FileKey,
  type ReplicaClient,
} from '@ltx/client-core'
import { TRAILER_BYTES } from '@ltx/format'
import { gatherBytes } from './gather-bytes.ts'
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
    const start = copy.bytes - TRAILER_BYTES
    const range = { ...options, start, end: copy.bytes + 1 }
    const found = await gatherBytes(components.client.readFile(stored, range), TRAILER_BYTES + 1)
    return equalBytes(found, trailer) ? 'same' : 'different'
  } catch (error) {
    if (isClientError(error, 'CLIENT_NOT_FOUND')) return 'unknown'
    throw error
  }
}
