export { gsClient } from './lib/client.ts'
export { gsOptionsFrom } from './lib/options.ts'
export type { GsClientOptions, GsProxy } from './lib/options.ts'
