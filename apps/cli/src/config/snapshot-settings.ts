import { formatDuration } from '../text/duration.ts'
import { idOf, keyPlace, type DatabaseConfig } from './config.ts'
import { ConfigError } from './errors.ts'
import type { Section } from './given.ts'

/**
 * Snapshots have one interval and one retention for all databases. A database may say them too: that counts where the top level is
 * silent. Two databases that say different things are an error, even then.
 *
 * @returns Milliseconds.
 */
export function snapshotSetting(
  name: 'interval' | 'retention',
  file: string,
  root: Section,
  databases: readonly DatabaseConfig[],
): number {
  const global = root.section('snapshot')
  let chosen: { readonly database: DatabaseConfig; readonly milliseconds: number } | null = null
  for (const database of databases) {
    const own = database.section.section('snapshot')
    if (!own.isGiven(name)) continue
    const milliseconds = own.duration(name)
    if (chosen !== null && chosen.milliseconds !== milliseconds) {
      throw new ConfigError(
        `${keyPlace(file, own, name)}: snapshot.${name} is one setting for all databases, but ${idOf(chosen.database)} says ` +
          `${formatDuration(chosen.milliseconds)} and ${idOf(database)} says ${formatDuration(milliseconds)}`,
      )
    }
    chosen ??= { database, milliseconds }
  }
  return global.isGiven(name) || chosen === null ? global.duration(name) : chosen.milliseconds
}
