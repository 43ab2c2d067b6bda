import type { BlockingFiles } from './blocking-files.ts'
import type { Clock } from './clock.ts'
import type { Files } from './files.ts'
import type { Logger } from './logger.ts'
import type { Random } from './random.ts'

/** The outside world: time, chance, disk and log. Made once at the top and handed down. */
export interface Env {
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly blockingFiles: BlockingFiles
  readonly logger: Logger
  /** Tells this process's temporary files from those of another. */
  readonly processId: number
  /** Another one after each start of the machine: what was not synced before it may be lost. */
  readonly bootId: string
}
