import type { CommandIo } from '../program/io.ts'
import { replicaFromUrl } from '../replica/resolve-replica.ts'
import type { Config } from './config.ts'
import { parseConfig } from './load-config.ts'

/**
 * The configuration that `replicate DB_PATH REPLICA_URL` stands for: one database, and defaults for the rest.
 *
 * @throws {CommandError} the URL names no replica
 */
export function adHocConfig(path: string, url: string, io: CommandIo): Config {
  replicaFromUrl(url, io)
  // JSON is YAML: quoting is safe whatever the two words hold.
  return parseConfig(JSON.stringify({ dbs: [{ path, replica: { url } }] }), 'the command line', io)
}
