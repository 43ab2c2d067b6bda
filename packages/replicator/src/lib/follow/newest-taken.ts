import type { BlockingFiles } from '@ltx/env'
import { toTxid } from '@ltx/format'
import type { LocalFiles } from '../database/local-files.ts'

/**
 * The last TXID after `lastTXID` that a level 0 file has already: writing one may fail after it got its name, when its directory cannot
 * be synced. It may be in the replica a moment later, so it keeps its TXID and its bytes.
 */
export function newestTaken(
  files: Pick<BlockingFiles, 'stat'>,
  local: Pick<LocalFiles, 'path'>,
  lastTXID: bigint,
): bigint {
  let newest = lastTXID
  while (files.stat(local.path(toTxid(newest + 1n))) !== null) newest++
  return newest
}
