import { ReplicatorError } from '../errors.ts'

/** Before it a WAL reset could corrupt a database; before 3.51 `wal_checkpoint(NOOP)` ran a real checkpoint. */
export const SQLITE_VERSION_MIN = '3.51.3'

/** @throws {ReplicatorError} `REPLICATOR_OLD_SQLITE` */
export function checkSqliteVersion(driver: string, version: string): void {
  if (isAtLeast(version, SQLITE_VERSION_MIN)) return
  throw new ReplicatorError(
    'REPLICATOR_OLD_SQLITE',
    `${driver} carries SQLite ${version}; at least ${SQLITE_VERSION_MIN} is needed. Use a newer ${driver}, or another driver`,
  )
}

function isAtLeast(version: string, least: string): boolean {
  const found = version.split('.').map(Number)
  for (const [index, wanted] of least.split('.').map(Number).entries()) {
    const part = found[index] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}
