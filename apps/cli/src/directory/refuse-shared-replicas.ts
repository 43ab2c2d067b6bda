import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import type { Config, DatabaseConfig } from '../config/config.ts'
import { ConfigError, placeOf } from '../config/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { openReplica } from '../replica/clients.ts'
import type { ReplicaPlace } from '../replica/replica-place.ts'
import { resolveReplica } from '../replica/resolve-replica.ts'

/**
 * Refuses databases that would be stored in one place: each would take the other's files for its own. Contacts nothing; what is wrong with
 * a replica by itself is told by those who come to it.
 *
 * @param databases Each with its own path: what an entry with `dir` stands for, not the entry.
 * @throws {ConfigError} naming both
 */
export async function refuseSharedReplicas(
  config: Config,
  databases: readonly DatabaseConfig[],
  io: CommandIo,
): Promise<void> {
  const placed = databases.flatMap((database) => {
    const place = placeOrNull(config, database, io)
    return place === null ? [] : [{ database, place }]
  })
  const entriesOf = new Map<string, Set<number>>()
  for (const { database, place } of placed)
    entriesOf.set(place.type, (entriesOf.get(place.type) ?? new Set()).add(database.number))
  const taken = new Map<string, DatabaseConfig>()
  for (const { database, place } of placed) {
    // Those of one entry lie at different paths below one place. Most configurations need not load what their storage needs.
    if (entriesOf.get(place.type)?.size === 1) continue
    const url = await urlOrNull(place)
    if (url === null) continue
    const other = taken.get(url)
    taken.set(url, database)
    if (other === undefined || other.path === database.path) continue
    throw new ConfigError(sharedReplica(config, other, database, url))
  }
}

function sharedReplica(config: Config, first: DatabaseConfig, second: DatabaseConfig, url: string): string {
  const where = placeOf(config.file, second.section.line)
  const other = `${first.path} (line ${first.section.line})`
  return `${where}: ${second.path} and ${other} would be stored in one place, ${url}: give each database a replica path of its own`
}

function placeOrNull(config: Config, database: DatabaseConfig, io: CommandIo): ReplicaPlace | null {
  try {
    return resolveReplica(config, database, io)
  } catch (error) {
    if (error instanceof ConfigError) return null
    throw error
  }
}

/** What the client calls the place, however its settings were spelled; `null`: they cannot be. */
async function urlOrNull(place: ReplicaPlace): Promise<string | null> {
  try {
    const client = await openReplica(place, nodeEnv())
    await client.close()
    return client.url
  } catch (error) {
    if (error instanceof ConfigError || isClientError(error, 'CLIENT_BAD_OPTIONS')) return null
    throw error
  }
}
