export { ALL_SERVERS, serversNamed } from './lib/all-servers.ts'
export { serverSettings } from './lib/server-settings.ts'
export type { ServerKind, ServerSettings } from './lib/server-kind.ts'
