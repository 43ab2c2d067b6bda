export { isProcessAlive } from './lib/node/is-process-alive.ts'
export { nodeEnv } from './lib/node/node-env.ts'
export { silentLogger } from './lib/silent-logger.ts'
