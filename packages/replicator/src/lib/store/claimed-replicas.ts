import type { ReplicaClient } from '@ltx/client-core'
import { ReplicatorError } from '../errors.ts'

/**
 * Which database of a Store has which replica. Two in one place would each take the other's files for their own, and a restore of one
 * would hand out the rows of the other.
 */
export class ClaimedReplicas {
  readonly #paths = new Map<string | ReplicaClient, string>()

  /** The database that has this replica; `null`: none. */
  holderOf(client: ReplicaClient): string | null {
    return this.#paths.get(placeOf(client)) ?? null
  }

  /** @throws {ReplicatorError} `REPLICATOR_SHARED_REPLICA` when another database has it */
  claim(path: string, client: ReplicaClient): void {
    const other = this.holderOf(client)
    if (other !== null && other !== path) {
      const message = `${path} would be stored in ${client.url}, where ${other} is stored already. Give each database a replica path of its own`
      throw new ReplicatorError('REPLICATOR_SHARED_REPLICA', message)
    }
    this.#paths.set(placeOf(client), path)
  }

  /** When nothing of the database is written there any more. */
  release(path: string, client: ReplicaClient): void {
    if (this.holderOf(client) === path) this.#paths.delete(placeOf(client))
  }
}

/** Its URL; one that names nothing but its kind, as `memory://`, says nothing: there every object is a place of its own. */
function placeOf(client: ReplicaClient): string | ReplicaClient {
  return /^[^:/]+:\/*$/.test(client.url) ? client : client.url
}
