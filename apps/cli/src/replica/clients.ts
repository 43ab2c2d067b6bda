import { dirname } from 'node:path'
import type { ReplicaClient } from '@ltx/client-core'
import type { DatabaseOwnership } from '@ltx/client-file'
import type { Env } from '@ltx/env'
import type { ReplicaPlace } from './resolve-replica.ts'

/** Makes the client of a replica. The package of its backend is loaded here, and not before. */
export async function openReplica(
  place: ReplicaPlace,
  env: Env,
  database?: DatabaseOwnership,
): Promise<ReplicaClient> {
  switch (place.type) {
    case 'file': {
      const { fileClient } = await import('@ltx/client-file')
      return fileClient({ path: place.path, env, database })
    }
  }
}

/** Mode and owner that the files of a replica take over from the database; nothing while it does not exist. */
export async function ownershipOf(databasePath: string, env: Env): Promise<DatabaseOwnership | undefined> {
  const file = await env.files.stat(databasePath)
  const directory = await env.files.stat(dirname(databasePath))
  if (file === null || directory === null) return undefined
  return { mode: file.mode, directoryMode: directory.mode, uid: file.uid, gid: file.gid }
}
