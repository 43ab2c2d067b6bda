import { isClientError } from './errors.ts'
import type { ByteSource, CallOptions, FileKey, ReplicaClient } from './replica-client.ts'
import { sameBytes } from './same-bytes.ts'

export type Stored = 'same' | 'different' | 'missing'

/**
 * Whether what is stored under a name is what `source` delivers. How a client finds out, after a create-only write was refused or
 * its reply was lost, whether the earlier writer was itself. Streams both, opens `source` only when there is something to compare,
 * and stops at the first difference.
 */
export async function compareStored(
  client: Pick<ReplicaClient, 'readFile'>,
  file: FileKey,
  source: ByteSource,
  options: CallOptions = {},
): Promise<Stored> {
  const stored = client.readFile(file, options)[Symbol.asyncIterator]()
  try {
    const first = await stored.next()
    const same = await sameBytes(from(first, stored), source())
    return same ? 'same' : 'different'
  } catch (error) {
    if (isClientError(error, 'CLIENT_NOT_FOUND')) return 'missing'
    throw error
  } finally {
    await stored.return?.()
  }
}

async function* from(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let step = first; step.done !== true; step = await rest.next()) yield step.value
}
