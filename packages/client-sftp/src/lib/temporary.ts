import type { Env } from '@ltx/env'
import { parseFileName } from '@ltx/format'
import type { RemoteEntry } from './session.ts'

/** A temporary is left over when nothing has happened to it for so long. */
const STALE_MS = 3_600_000

const NANOSECONDS = 1_000_000

/** `NAME.PID.NANOSECONDS.tmp`, as Litestream names what it uploads. */
export function temporaryPath(env: Pick<Env, 'clock' | 'random' | 'processId'>, path: string): string {
  const nanoseconds = BigInt(Math.floor(env.clock.wallMs())) * BigInt(NANOSECONDS)
  return `${path}.${env.processId}.${nanoseconds + BigInt(Math.floor(env.random.next() * NANOSECONDS))}.tmp`
}

/**
 * Whether an entry is what a crashed writer has left, Litestream's as ours. Both its name and its time have to be old: the time alone
 * becomes that of the header while a file is finished.
 */
export function isStaleTemporary(entry: RemoteEntry, nowMs: number): boolean {
  const groups = /^(?<base>.+\.ltx)\.\d+\.(?<nanoseconds>\d{1,20})\.tmp$/.exec(entry.name)?.groups
  if (groups === undefined || entry.kind !== 'file') return false
  if (parseFileName(groups['base'] ?? '') === null) return false
  const madeMs = Number(BigInt(groups['nanoseconds'] ?? '0') / BigInt(NANOSECONDS))
  return Math.max(madeMs, entry.mtimeMs) < nowMs - STALE_MS
}
