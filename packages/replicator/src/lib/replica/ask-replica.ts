import type { CallOptions, ReplicaClient } from '@ltx/client-core'
import type { LocalFilesPort } from './local-files-port.ts'
import { observeStart } from './observe-start.ts'
import type { StartFacts } from './plan-start.ts'
import { RemoteFiles } from './remote-files.ts'

export interface AskParts {
  readonly client: ReplicaClient
  readonly local: LocalFilesPort
}

export interface ReplicaAnswer {
  readonly remote: RemoteFiles
  readonly facts: StartFacts
}

/**
 * Lists the replica and compares the newest file that both sides have: all that is asked before it is decided how to go on.
 *
 * @throws {ClientError} when the storage does not answer
 */
export async function askReplica(
  { client, local }: AskParts,
  options: CallOptions = {},
): Promise<ReplicaAnswer> {
  const remote = await RemoteFiles.load(client, options)
  return { remote, facts: await observeStart({ client, local, remote }, options) }
}
