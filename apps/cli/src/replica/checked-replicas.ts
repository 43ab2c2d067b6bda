import { nodeEnv } from '@ltx/env/node'
import type { Config, DatabaseConfig } from '../config/config.ts'
import type { Section } from '../config/given.ts'
import type { CommandIo } from '../program/io.ts'
import { openReplica } from './clients.ts'
import type { ReplicaPlace } from './replica-place.ts'
import { resolveReplica } from './resolve-replica.ts'

/**
 * The replica of each database, in their order, where its storage can do with what the configuration says. Contacts nobody.
 *
 * @throws {ConfigError} as `resolveReplica`, and what is missing or one too many for the storage
 */
export async function checkedReplicas(
  config: Config,
  databases: readonly DatabaseConfig[],
  io: CommandIo,
): Promise<ReplicaPlace[]> {
  const places = databases.map((database) => resolveReplica(config, database, io))
  // Those of one directory have an entry in common, and thousands of clients would say the same.
  const entries = new Map<Section, ReplicaPlace>()
  for (const [index, { section }] of databases.entries()) {
    const place = places[index]
    if (place !== undefined && !entries.has(section)) entries.set(section, place)
  }
  for (const place of entries.values()) await checkReplica(place)
  return places
}

/** A client that is made, and never used, refuses what its storage cannot do with. @throws {ConfigError} */
export async function checkReplica(place: ReplicaPlace): Promise<void> {
  const client = await openReplica(place, nodeEnv())
  await client.close()
}
