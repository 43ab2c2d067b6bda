import type { DatabaseStatus } from '@ltx/replicator'

type DatabaseCounts = DatabaseStatus['counts']

interface Kept {
  /** What was counted before, together; `null`: it has not been stopped yet. */
  readonly before: DatabaseCounts | null
  /** Live. */
  readonly counts: DatabaseCounts
}

/** Databases that are not there at the moment, and may come back. */
const ABSENT_MAX = 10_000

/**
 * Counts that go on where they were when a database is stopped and started again. To the Store it is another database then, with counts
 * of its own; to Prometheus a counter that falls is a new process.
 */
export class KeptCounts {
  readonly #byPath = new Map<string, Kept>()

  /** The counts of each, in their order, with what was counted of it before. Asked at each scrape: what comes and goes between two is not noticed. */
  update(statuses: readonly DatabaseStatus[]): DatabaseCounts[] {
    const all = statuses.map(({ path, counts }) => {
      const last = this.#byPath.get(path)
      const before =
        last === undefined || last.counts === counts ? (last?.before ?? null) : sum(last.before, last.counts)
      this.#byPath.delete(path) // those seen last are at the end
      this.#byPath.set(path, { before, counts })
      return sum(before, counts)
    })
    for (const path of this.#byPath.keys()) {
      if (this.#byPath.size <= statuses.length + ABSENT_MAX) break
      this.#byPath.delete(path)
    }
    return all
  }
}

/** What only grows is added; the rest is of now. */
function sum(before: DatabaseCounts | null, now: DatabaseCounts): DatabaseCounts {
  if (before === null) return now
  return {
    captures: before.captures + now.captures,
    failedCaptures: before.failedCaptures + now.failedCaptures,
    captureMs: before.captureMs + now.captureMs,
    walBytes: before.walBytes + now.walBytes,
    walOffset: now.walOffset,
    databaseBytes: now.databaseBytes,
    isDiskFull: now.isDiskFull,
    checkpoints: sumOfCheckpoints(before.checkpoints, now.checkpoints),
    brokenLevels: before.brokenLevels + now.brokenLevels,
    level0: now.level0,
  }
}

function sumOfCheckpoints(
  before: DatabaseCounts['checkpoints'],
  now: DatabaseCounts['checkpoints'],
): DatabaseCounts['checkpoints'] {
  const all = new Map(before)
  for (const [mode, { executed, hindered, elapsedMs }] of now) {
    const first = before.get(mode) ?? { executed: 0, hindered: 0, elapsedMs: 0 }
    all.set(mode, {
      executed: first.executed + executed,
      hindered: first.hindered + hindered,
      elapsedMs: first.elapsedMs + elapsedMs,
    })
  }
  return all
}
