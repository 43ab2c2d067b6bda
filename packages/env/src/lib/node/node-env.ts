import type { Env } from '../env.ts'
import type { Logger } from '../logger.ts'
import { silentLogger } from '../silent-logger.ts'
import { bootId } from './boot-id.ts'
import { nodeBlockingFiles } from './node-blocking-files.ts'
import { nodeClock } from './node-clock.ts'
import { nodeFiles } from './node-files.ts'
import { nodeRandom } from './node-random.ts'

/** The real world: this machine's clock, chance and disk. Says nothing unless given a logger. */
export function nodeEnv(options: { readonly logger?: Logger | undefined } = {}): Env {
  return {
    clock: nodeClock,
    random: nodeRandom,
    files: nodeFiles,
    blockingFiles: nodeBlockingFiles,
    logger: options.logger ?? silentLogger,
    processId: process.pid,
    bootId: bootId(),
  }
}
