export { absClient } from './lib/client.ts'
export { absOptionsFrom } from './lib/options.ts'
export type { AbsClientOptions } from './lib/options.ts'
