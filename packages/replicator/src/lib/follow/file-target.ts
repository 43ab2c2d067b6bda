import type { LocalFiles } from '../database/local-files.ts'
import { copyFrames } from './copy-frames.ts'
import type { FollowerParts } from './follower-parts.ts'
import type { Position } from './position.ts'
import type { TrackTarget } from './track.ts'

/** A level 0 file for each run. */
export function fileTarget(
  { env, files }: Pick<FollowerParts, 'env' | 'files'>,
  local: LocalFiles,
  record: (position: Position) => void,
): TrackTarget {
  return { copy: (job, isStill) => copyFrames(env, files, local, job, isStill), record }
}
