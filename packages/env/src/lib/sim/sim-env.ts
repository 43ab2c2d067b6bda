import type { Env } from '../env.ts'
import { MemoryLogger } from './memory-logger.ts'
import { SeededRandom } from './seeded-random.ts'
import type { SimBlockingFiles } from './sim-blocking-files.ts'
import { SimClock } from './sim-clock.ts'
import { SimDisk } from './sim-disk.ts'
import type { CrashKeeps } from './sim-file.ts'
import { SimFiles } from './sim-files.ts'
import { SimProcess } from './sim-process.ts'

export interface SimEnvOptions {
  /** The same seed gives the same run. */
  readonly seed: number
  /** Where the wall clock starts, in milliseconds since the Unix epoch. */
  readonly startMs?: number | undefined
}

/** A world in memory: nothing in it waits for anything real. */
export interface SimEnv extends Env {
  readonly clock: SimClock
  readonly random: SeededRandom
  readonly files: SimFiles
  readonly blockingFiles: SimBlockingFiles
  readonly logger: MemoryLogger
  /**
   * Ends this process and starts another on the same disk, clock and log. What still runs of the old one can no longer touch
   * the disk. `everything` is `kill -9`: the system lives on, and nothing written is lost. The others are a power loss.
   */
  restart(keeps: CrashKeeps | 'everything'): SimEnv
}

const START_MS = Date.UTC(2030, 0, 1)

export function simEnv(options: SimEnvOptions): SimEnv {
  const clock = new SimClock(options.startMs ?? START_MS)
  const random = new SeededRandom(options.seed)
  const disk = new SimDisk(clock, new SeededRandom(options.seed + 1))
  return processOn(disk, new SimProcess(1), { clock, random, logger: new MemoryLogger(), bootId: 'boot 1' })
}

function processOn(
  disk: SimDisk,
  program: SimProcess,
  world: Pick<SimEnv, 'clock' | 'random' | 'logger' | 'bootId'>,
): SimEnv {
  const files = new SimFiles(disk, program)
  return {
    ...world,
    files,
    blockingFiles: files.blocking,
    processId: program.id,
    restart(keeps) {
      program.kill()
      const next = new SimProcess(program.id + 1)
      if (keeps === 'everything') {
        disk.watches.dropAll()
        return processOn(disk, next, world)
      }
      disk.crash(keeps)
      return processOn(disk, next, { ...world, bootId: `boot ${next.id}` })
    },
  }
}
