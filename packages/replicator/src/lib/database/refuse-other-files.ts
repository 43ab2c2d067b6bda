import type { Txid } from '@ltx/format'
import { ReplicatorError } from '../errors.ts'
import type { LocalFiles } from './local-files.ts'

/**
 * A database that was left asleep is opened again, and its state folder had no owner meanwhile.
 *
 * @throws {ReplicatorError} `REPLICATOR_LOCAL_STATE`: local files are not those that were left, so that no TXID may be given out
 */
export function refuseOtherFiles(path: string, local: Pick<LocalFiles, 'list'>, lastTXID: Txid | null): void {
  const newest = local.list().at(-1)?.txid ?? null
  if (newest === lastTXID) return
  const message = `another process has written local files of ${path} while it was dormant`
  throw new ReplicatorError('REPLICATOR_LOCAL_STATE', message)
}
