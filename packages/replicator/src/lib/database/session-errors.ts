import { formatTxid } from '@ltx/format'
import { isReplicatorError, ReplicatorError } from '../errors.ts'
import type { UploadLoopEnd } from '../replica/upload-loop.ts'

/** For those who wait for something that will not happen in this session. */
export function notFollowed(path: string): ReplicatorError {
  return new ReplicatorError('REPLICATOR_CLOSED', `${path} is not followed at the moment`)
}

/** Local files are not what was captured. */
export function lostLocally(
  path: string,
  end: Extract<UploadLoopEnd, { kind: 'missing' | 'damaged' }>,
): ReplicatorError {
  if (end.kind === 'missing') {
    return new ReplicatorError(
      'REPLICATOR_LOCAL_STATE',
      `a local file of ${path} is gone before it was uploaded`,
    )
  }
  const what = `local file ${formatTxid(end.txid)} of ${path} is damaged and was not uploaded; it is dropped with those after it, and what differs is read from the database again. Look after the disk`
  return new ReplicatorError('REPLICATOR_LOCAL_STATE', what, { cause: end.error })
}

/** `REPLICATOR_UNEXPECTED`: the SQLite thread is gone, or the database file is. */
const NEEDS_NEW_SESSION: ReadonlySet<string> = new Set([
  'REPLICATOR_NOT_WAL',
  'REPLICATOR_LOCAL_STATE',
  'REPLICATOR_TWO_NAMES',
  'REPLICATOR_UNEXPECTED',
])

/** What following cannot go on after, but a new session may. */
export function needsNewSession(error: unknown): error is Error {
  return isReplicatorError(error) && NEEDS_NEW_SESSION.has(error.code)
}
