export { sqliteClient } from './sqlite-client.ts'
export type { SqliteClientOptions } from './sqlite-client.ts'
