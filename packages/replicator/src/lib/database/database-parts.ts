import type { ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import type { ReplicatorListener } from '../events.ts'
import type { DatabaseSettings, StoreSettings } from '../settings.ts'
import type { ClaimedFiles } from '../store/claimed-files.ts'
import type { DatabaseTally } from './database-counts.ts'
import type { FollowerPort } from './follower-port.ts'
import type { SerialQueue } from './serial-queue.ts'

/** What a database is made of. */
export interface DatabaseParts {
  readonly env: Env
  /** Absolute. */
  readonly path: string
  readonly metaPath: string
  readonly client: ReplicaClient
  readonly settings: DatabaseSettings
  readonly store: StoreSettings
  readonly emit: ReplicatorListener
  /** One for all sessions. */
  readonly tally: DatabaseTally
  /** The database is written to all the time, and file events are of no use to it; or it is not any more. */
  readonly onSteady?: (isSteady: boolean) => void
  /** No file is followed under two names. */
  readonly claims: ClaimedFiles
  /** One database of the Store at a time is compared in the background. */
  readonly comparisons: SerialQueue
  /** A new home for the SQLite side, in a thread or here. */
  makeFollower(): FollowerPort
}
