import { isClientError, type CallOptions, type ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import type { ReplicaWait } from './replica-wait.ts'

/**
 * Connects a replica before its database is opened. One that cannot be reached is left for later: its database is followed all the same.
 *
 * @throws {ClientError} what will not go away by itself; what `client` throws when it is closed
 */
export async function connectReplica(
  { logger }: Pick<Env, 'logger'>,
  client: Pick<ReplicaClient, 'init' | 'url'>,
  wait: ReplicaWait,
  options: CallOptions,
): Promise<void> {
  const { url } = client
  try {
    await wait.answer(`connect to ${url}`, options, (limited) => client.init(limited))
  } catch (error) {
    options.signal?.throwIfAborted()
    if (!isClientError(error) || error.advice !== 'retry') throw error
    logger.log('warn', 'a replica cannot be reached; its databases are followed all the same', { url, error })
  }
}
