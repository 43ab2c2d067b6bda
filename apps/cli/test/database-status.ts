import type { DatabaseStatus } from '@ltx/replicator'

/** What is counted of a database that nothing has happened to. */
export const NO_COUNTS: DatabaseStatus['counts'] = {
  captures: 0,
  failedCaptures: 0,
  captureMs: 0,
  walBytes: 0,
  walOffset: 0,
  databaseBytes: 0,
  isDiskFull: false,
  checkpoints: new Map(),
  brokenLevels: 0,
  level0: null,
}

/** The status of a database that is followed and has no data yet, changed. */
export function databaseStatus(changes: Partial<DatabaseStatus> = {}): DatabaseStatus {
  return {
    path: '/data/app.db',
    state: 'active',
    isMissing: false,
    txid: null,
    replicatedTXID: null,
    syncedAtMs: null,
    durableAtMs: null,
    behindSinceMs: null,
    error: null,
    capture: null,
    syncIntervalMs: 1000,
    counts: NO_COUNTS,
    ...changes,
  }
}
