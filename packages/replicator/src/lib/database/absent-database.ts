import type { Files } from '@ltx/env'
import { ReplicatorError } from '../errors.ts'

/** There is a file with something in it, whether or not anybody has told us. */
export async function hasAppeared(files: Pick<Files, 'stat'>, path: string): Promise<boolean> {
  const file = await files.stat(path)
  return file !== null && file.size > 0
}

export function noPosition(path: string, why: string): ReplicatorError {
  return new ReplicatorError('REPLICATOR_ABSENT', `${path} ${why}: no position, waiting for data`)
}
