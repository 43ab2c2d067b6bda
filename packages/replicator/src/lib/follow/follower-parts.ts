import type { Env } from '@ltx/env'
import type { FileOwner } from '../database/file-owner.ts'
import type { LocalFiles } from '../database/local-files.ts'
import type { Baseline } from '../page-table/baseline.ts'
import type { DatabaseFiles } from './database-files.ts'
import type { Pin } from './pin.ts'

/** What a `WalFollower` works with. */
export interface FollowerParts {
  readonly env: Env
  readonly pin: Pin
  readonly files: DatabaseFiles
  readonly local: LocalFiles
  readonly owner: FileOwner
  /** Header timestamp of the newest file there is, in milliseconds since the Unix epoch; 0: none is known. */
  readonly newestFileMs: number
  /** Bytes of WAL that one level 0 file takes at most, softly. 0: no limit. */
  readonly maxSyncWalBytes: number
  /** A database and a WAL of more than this many bytes are compared while they are followed. 0: never. */
  readonly scanBytesMin: number
  /** What to compare with in a resync; `null`: nothing fits, a full image is due. */
  openBaseline(): Baseline | null
  /** Gives other databases of the thread their turn. Throws to abort. */
  readonly pause: () => Promise<void>
}
