import { existsSync } from 'node:fs'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { isRestoreError, restore } from '@ltx/restore'

/**
 * Brings a missing database back from its replica before the application opens it.
 *
 * @returns `present`: it was there. `restored`: from the replica. `fresh`: there is no replica yet, the application begins with nothing.
 */
export async function restoreIfMissing(
  path: string,
  replicaPath: string,
): Promise<'present' | 'restored' | 'fresh'> {
  if (existsSync(path)) return 'present'
  const env = nodeEnv()
  try {
    await restore({ client: fileClient({ path: replicaPath, env }), env, outputPath: path })
    return 'restored'
  } catch (error) {
    if (isRestoreError(error, 'RESTORE_NOTHING')) return 'fresh'
    throw error // a gap or a damaged file: better no start than an older state without a word
  }
}
