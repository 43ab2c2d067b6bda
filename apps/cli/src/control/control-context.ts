import type { CommandIo } from '../program/io.ts'
import type { ManagedDatabase, ManagedDatabases } from './managed-databases.ts'
import type { Troubles } from './troubles.ts'

/** What the answers of the control socket are made of. */
export interface ControlContext {
  readonly databases: ManagedDatabases
  readonly troubles: Troubles
  /** Makes what a registration speaks of; opens nothing. @throws {ControlError} 400: the URL names no replica */
  readonly newDatabase: (path: string, replicaUrl: string) => Promise<ManagedDatabase>
  /** Does the daemon sync by itself, or only once (`-once`)? */
  readonly isContinuous: boolean
  readonly io: CommandIo
  /** Wall time in milliseconds since the Unix epoch, since when the socket is there. */
  readonly startedAtMs: number
  readonly nowMs: () => number
  /** Fires when the daemon stops: operations end with it. */
  readonly closing: AbortSignal
}
