import { keyPlace, type Config } from './config.ts'
import { ConfigError } from './errors.ts'

/** Refuses entries with `dir`: passing over them in silence would leave databases without a backup. */
export function requirePaths(config: Config): void {
  const entry = config.databases.find((database) => database.path === '')
  if (entry === undefined) return
  const place = keyPlace(config.file, entry.section, 'dir')
  throw new ConfigError(
    `${place}: entries with dir are not supported by this version yet; name each database with path`,
  )
}
