import { collectFiles, type FileInfo, type ReplicaClient, SNAPSHOT_LEVEL } from '@ltx/client-core'
import type { Clock } from '@ltx/env'
import { formatTxid } from '@ltx/format'
import { fileLabel, type ReplicaListing } from '@ltx/restore'
import type { LevelProblem } from '@ltx/replicator'
import { counted } from '../text/counted.ts'

/** A writer that deletes old files may be halfway through while a level is listed. */
const AGAIN_MS = 1000
/** Problems that the message names. */
const NAMED_MAX = 3

/**
 * Whether the files of each level below the snapshots continue each other. What looks wrong is listed once more: a running writer
 * deletes files one by one.
 *
 * @returns what was seen
 * @throws Error that names holes and overlaps
 */
export async function checkLevels(
  client: ReplicaClient,
  listing: ReplicaListing,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  const { checkLevel } = await import('@ltx/replicator')
  const problems: LevelProblem[] = []
  const levels: number[] = []
  let count = 0
  for (const [level, files] of listing.entries()) {
    count += files.length
    if (files.length > 0) levels.push(level)
    if (level === SNAPSHOT_LEVEL) continue
    const seen = checkLevel(files)
    if (seen.length === 0) continue
    await clock.sleep(AGAIN_MS, { signal })
    const again = new Set(checkLevel(await collectFiles(client.listFiles(level, { signal }))).map(describe))
    problems.push(...seen.filter((problem) => again.has(describe(problem))))
  }
  if (count === 0) return 'there are none'
  if (problems.length === 0) return `${counted(count, 'file')} at level ${levels.join(', ')}, without a hole`
  const named = problems.slice(0, NAMED_MAX).map(describe).join('; ')
  const more = problems.length > NAMED_MAX ? `; and ${problems.length - NAMED_MAX} more` : ''
  throw new Error(named + more)
}

const WORDS = {
  gap: 'transactions are missing between',
  overlap: 'transactions are there twice after',
  unsorted: 'the listing is out of order after',
} as const

function describe({ kind, previousMaxTXID, file }: LevelProblem): string {
  return `${WORDS[kind]} ${formatTxid(previousMaxTXID)} and ${fileLabel(file)}`
}

/** All files of a listing. */
export function filesOf(listing: ReplicaListing): FileInfo[] {
  return [...listing.values()].flat()
}
