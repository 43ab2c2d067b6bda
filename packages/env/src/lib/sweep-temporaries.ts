import type { Files } from './files.ts'
import { parseTemporaryName, type TemporaryName } from './temporary-name.ts'

/** A temporary file that a sweep has found. */
export interface TemporaryFile extends TemporaryName {
  readonly name: string
  /** Milliseconds since the Unix epoch. */
  readonly mtimeMs: number
}

export interface SweepOptions {
  /** Which ones may go. Absent: all, which is right for the one owner of a directory before it stages anything there. */
  readonly isStale?: ((file: TemporaryFile) => boolean) | undefined
}

/**
 * Removes temporary files that a crash has left in a directory: ours (`NAME.PID.RANDOM.tmp`) and Litestream's (`NAME.tmp`).
 * Directories stay. A missing directory has none.
 *
 * @returns The names that were removed, sorted.
 * @throws The system's error when one cannot be removed.
 */
export async function sweepTemporaries(
  files: Pick<Files, 'stat' | 'list' | 'remove'>,
  directory: string,
  options: SweepOptions = {},
): Promise<string[]> {
  const removed: string[] = []
  if ((await files.stat(directory)) === null) return removed
  for (const name of await files.list(directory)) {
    const parsed = parseTemporaryName(name)
    if (parsed === null) continue
    const path = `${directory}/${name}`
    const stat = await files.stat(path)
    if (stat === null || stat.kind !== 'file') continue
    const file = { ...parsed, name, mtimeMs: Number(stat.mtimeNs / 1_000_000n) }
    if (options.isStale !== undefined && !options.isStale(file)) continue
    await files.remove(path)
    removed.push(name)
  }
  return removed
}

/** For a directory that others write to as well: stale is what has not been written to for `ageMs`. */
export function olderThan(nowMs: number, ageMs: number): (file: TemporaryFile) => boolean {
  return (file) => file.mtimeMs < nowMs - ageMs
}

/** Stale is what was made by a process of this machine that is gone. Says nothing about Litestream's, which name none. */
export function ofGoneProcess(isAlive: (processId: number) => boolean): (file: TemporaryFile) => boolean {
  return (file) => file.processId !== null && !isAlive(file.processId)
}
