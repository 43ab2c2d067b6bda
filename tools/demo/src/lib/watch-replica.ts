import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ReplicaFile {
  readonly name: string
  /** The time of the sync. */
  readonly modifiedMs: number
}

/** The syncs in a replica, oldest first. */
export function level0Files(replica: string): ReplicaFile[] {
  const folder = path.join(replica, 'ltx/0')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ltx'))
    .toSorted()
    .map((name) => ({ name, modifiedMs: statSync(path.join(folder, name)).mtimeMs }))
}

/** Lets the programs work for a while, and looks after them. */
export async function lookAfter(forMs: number, check: () => void): Promise<void> {
  const start = performance.now()
  while (performance.now() - start < forMs) {
    check()
    await sleep(100)
  }
}

/** More than two sync intervals. */
const QUIET_MS = 2500

/** Waits until no sync comes any more. Gives the milliseconds from now to when the last one was seen. */
export async function untilQuiet(replica: string): Promise<number> {
  const start = performance.now()
  let last = level0Files(replica).at(-1)?.name
  let lastSeen = start
  while (performance.now() - lastSeen < QUIET_MS) {
    await sleep(10)
    const newest = level0Files(replica).at(-1)?.name
    if (newest !== last) lastSeen = performance.now()
    last = newest
  }
  return Math.round(lastSeen - start)
}
