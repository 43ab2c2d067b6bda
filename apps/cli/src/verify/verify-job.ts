import type { ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import type { Txid } from '@ltx/format'
import type { RestoreProgress } from '@ltx/restore'
import type { CommandIo } from '../program/io.ts'
import { checkDatabase } from '../restore/check-database.ts'
import type { Finding, Findings } from './finding.ts'
import { temporaryPlace, type TemporaryPlace } from './temporary-place.ts'

export interface VerifyJob {
  readonly client: ReplicaClient
  readonly env: Env
  readonly io: Pick<CommandIo, 'checkScript' | 'environment'>
  /** Where the local state of the database lies; `null` where there is none to compare with: the replica was named by URL. */
  readonly metaPath: string | null
  /** Everything up to it is known to have been in the replica before this begins; `null`: nothing is. */
  readonly confirmed: Txid | null
  /** Where to restore to: a directory that must exist; `null`: in the state folder, else where the system keeps temporary files. */
  readonly directory: string | null
  /** Reads every file of the replica, not only those that a restore needs. */
  readonly all: boolean
  /** Requests to the storage at once. */
  readonly parallelism: number
  /** How nice the check by SQLite is to other processes: 0, or up to 19. */
  readonly niceness: number
  readonly onProgress: (event: RestoreProgress) => void
  readonly signal: AbortSignal
}

export interface VerifyReport {
  readonly proven: boolean
  /** The state that was restored; `null` where none was, or one that has no transaction id (Litestream 0.3). */
  readonly txid: Txid | null
  /** When it was replicated, in milliseconds since the Unix epoch; `null` where nothing was restored. */
  readonly timestampMs: number | null
  /** Size of the restored database; 0 where there is none. */
  readonly bytes: number
  readonly findings: readonly Finding[]
}

/** A place for the restored database: the one that was asked for, else the state folder, else where the system keeps such files. */
export async function placeFor({ directory, metaPath, env }: VerifyJob): Promise<TemporaryPlace> {
  if (directory !== null) return await temporaryPlace([directory], env, true)
  return await temporaryPlace(metaPath === null ? [] : [metaPath], env)
}

/** Lets SQLite look at the restored database. */
export async function checkIntegrity(
  { io, niceness, signal }: VerifyJob,
  path: string,
): Promise<{ readonly found: string; readonly result: true }> {
  await checkDatabase('full', path, { ...io, niceness }, signal)
  return { found: 'SQLite finds nothing wrong', result: true }
}

export function reportOf(
  findings: Findings,
  result: Omit<VerifyReport, 'proven' | 'findings'> | null,
): VerifyReport {
  return {
    proven: findings.isProven && result !== null,
    txid: result?.txid ?? null,
    timestampMs: result?.timestampMs ?? null,
    bytes: result?.bytes ?? 0,
    findings: findings.all,
  }
}
