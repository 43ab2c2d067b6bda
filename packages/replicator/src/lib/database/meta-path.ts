import { basename, dirname, join } from 'node:path'

/** The folder for local state beside a database: `DIR/.NAME-litestream`, Litestream's name, so that either can go on from it. */
export function metaPathOf(databasePath: string): string {
  return join(dirname(databasePath), `.${basename(databasePath)}-litestream`)
}
