import { basename } from 'node:path'
import type { Env } from '@ltx/env'
import type { DatabaseSettings } from '../settings.ts'
import type { ActiveDatabase } from './active-database.ts'

const LET_GO = 'local files cannot be written and the WAL is over its limit: let it go, to be compared later'

/** After a failure: while local files cannot be written the pin keeps the WAL, but past a limit the disk matters more. */
export function letGoOfHugeWal(
  env: Env,
  { files, pin }: ActiveDatabase,
  { pinnedWalBytesMax }: Pick<DatabaseSettings, 'pinnedWalBytesMax'>,
): void {
  if (files.walBytes() <= pinnedWalBytesMax) return
  pin.release()
  env.logger.log('error', LET_GO, { db: basename(files.path) })
}
