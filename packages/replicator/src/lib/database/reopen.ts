import { ReplicatorError } from '../errors.ts'
import type { FollowerPort, StartOrder } from './follower-port.ts'

/**
 * Opens a database again that was left asleep, and goes on where it was left. `gone`: there is no such file any more.
 *
 * @throws {ReplicatorError} `REPLICATOR_LOCAL_STATE`: local files are not those that were left, so that no TXID may be given out
 */
export async function reopen(
  follower: Pick<FollowerPort, 'open' | 'start'>,
  path: string,
  order: StartOrder,
): Promise<'open' | 'gone'> {
  const outcome = await follower.open()
  if (outcome.kind === 'absent') return 'gone'
  if ((outcome.local?.max ?? null) !== order.lastTXID) {
    const message = `another process has written local files of ${path} while it was dormant`
    throw new ReplicatorError('REPLICATOR_LOCAL_STATE', message)
  }
  await follower.start(order)
  return 'open'
}
