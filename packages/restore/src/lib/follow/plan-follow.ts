import type { FileInfo } from '@ltx/client-core'

/**
 * The files that bring a copy at transaction `from` as far as it goes, oldest first: each step takes the lowest level that has a file
 * to go on with, of that the file that reaches furthest. So a copy that keeps up fetches single transactions, and one that comes late
 * only as much of the past as nothing finer is kept of.
 *
 * Files of one level may overlap those of another; what is in the copy already does no harm.
 */
export function planFollow(files: readonly FileInfo[], from: bigint): FileInfo[] {
  const levels = byLevel(files)
  const plan: FileInfo[] = []
  for (let end = from; ;) {
    const next = nextFile(levels, end)
    if (next === null) return plan
    plan.push(next)
    end = next.maxTXID
  }
}

/** Files of one level by minTXID; those before `index` end at or before where the plan is. */
interface Level {
  readonly files: readonly FileInfo[]
  index: number
}

function byLevel(files: readonly FileInfo[]): Level[] {
  const levels = new Map<number, FileInfo[]>()
  for (const file of files) {
    const level = levels.get(file.level)
    if (level === undefined) levels.set(file.level, [file])
    else level.push(file)
  }
  return [...levels]
    .toSorted(([a], [b]) => a - b)
    .map(([, level]) => ({
      files: level.toSorted((a, b) => (a.minTXID < b.minTXID ? -1 : a.minTXID > b.minTXID ? 1 : 0)),
      index: 0,
    }))
}

function nextFile(levels: readonly Level[], end: bigint): FileInfo | null {
  for (const level of levels) {
    let best: FileInfo | null = null
    for (; level.index < level.files.length; level.index++) {
      const file = level.files[level.index]
      if (file === undefined || file.minTXID > end + 1n) break
      if (file.maxTXID > end && (best === null || file.maxTXID > best.maxTXID)) best = file
    }
    if (best !== null) return best
  }
  return null
}
