export { natsClient } from './lib/client.ts'
export { natsOptionsFrom } from './lib/options-from.ts'
export type { NatsClientOptions } from './lib/options.ts'
