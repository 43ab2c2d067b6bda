import { type FileInfo, SNAPSHOT_LEVEL } from '@ltx/client-core'
import type { Txid } from '@ltx/format'

/**
 * Which of two files that both continue a chain is the better next one, as a comparison for sorting: the one that reaches further, then
 * the one that starts earlier, then the higher level, then the older one. Litestream's order (spec-core §2.1, step 5b).
 */
function betterFirst(a: FileInfo, b: FileInfo): number {
  if (a.maxTXID !== b.maxTXID) return a.maxTXID > b.maxTXID ? -1 : 1
  if (a.minTXID !== b.minTXID) return a.minTXID < b.minTXID ? -1 : 1
  return b.level - a.level || a.createdAtMs - b.createdAtMs
}

/**
 * The chain of files that reaches furthest, oldest first; empty when none starts at transaction 1.
 *
 * It begins with the newest snapshot, if there is one, and then takes, again and again, the best file that continues it (overlap is
 * fine, a hole is not). This greedy walk never runs into a dead end that another choice avoids: whatever continues a chain that ends at
 * N also continues one that ends at M > N, unless it adds nothing to M. For the same reason no chain with the same first file is
 * shorter. `plan-restore.oracle.test.ts` tries all subsets. Bytes are not weighed: of two chains of the same length Litestream's is
 * taken.
 */
export function furthestChain(files: readonly FileInfo[]): FileInfo[] {
  const sorted = files.toSorted((a, b) => (a.minTXID < b.minTXID ? -1 : a.minTXID > b.minTXID ? 1 : 0))
  const snapshots = files.filter((file) => file.level === SNAPSHOT_LEVEL && file.minTXID === 1n)
  const chain = snapshots.toSorted(betterFirst).slice(0, 1)
  let end = chainEnd(chain)
  for (let index = 0; ;) {
    let best: FileInfo | null = null // of those that were beaten in an earlier round none reaches past `end`
    for (; index < sorted.length && sorted[index]!.minTXID <= end + 1n; index++) {
      const candidate = sorted[index]!
      if (best === null || betterFirst(candidate, best) < 0) best = candidate
    }
    if (best === null || best.maxTXID <= end) return chain
    chain.push(best)
    end = best.maxTXID
  }
}

/** Last transaction of a chain, 0 for an empty one. */
export function chainEnd(chain: readonly FileInfo[]): bigint {
  return chain.at(-1)?.maxTXID ?? 0n
}

/** Every transaction that a chain of these files can end at, ascending. */
export function restorableTxids(files: readonly FileInfo[]): Txid[] {
  const byEnd = files.toSorted((a, b) => (a.maxTXID < b.maxTXID ? -1 : a.maxTXID > b.maxTXID ? 1 : 0))
  const reached: Txid[] = []
  for (const file of byEnd) {
    const last = reached.at(-1) ?? 0n
    if (last === file.maxTXID) continue
    // the furthest end below this file's own is the only one worth trying
    if (file.minTXID <= last + 1n) reached.push(file.maxTXID)
  }
  return reached
}
