import type { Env, FileStat } from '@ltx/env'
import { formatTxid } from '@ltx/format'
import { readRecord, writeRecord } from '../database/checked-record.ts'
import type { Position } from './position.ts'
import { positionOf } from './position-record.ts'

/** Times of file systems that show no part of a millisecond may be as coarse as FAT's. */
const COARSE_TIME_STEP_MS = 2000
/** Others move at least with the kernel's tick. */
const FINE_TIME_STEP_MS = 100

/** What `stat` says of the database file; any backfill changes it. */
export interface MainFacts {
  readonly dev: string
  readonly ino: string
  readonly size: number
  readonly mtimeNs: string
  readonly ctimeNs: string
}

/** Proof, made under a pin, that all frames up to `position` were in the database file when it looked like `main` (engine.md §4). */
export interface Seal {
  readonly position: Position
  readonly main: MainFacts
}

export function mainFactsOf(stat: FileStat): MainFacts {
  const { dev, ino, size, mtimeNs, ctimeNs } = stat
  return { dev: `${dev}`, ino: `${ino}`, size, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}` }
}

/** How long the database file must have been left alone before its times can tell a later change. */
export function timeStepMs(stat: FileStat): number {
  return stat.ctimeNs % 1_000_000n === 0n ? COARSE_TIME_STEP_MS : FINE_TIME_STEP_MS
}

/** Milliseconds until a seal may be made; 0: now. A change time in the future needs patience too. */
export function sealWaitMs(stat: FileStat, wallMs: number): number {
  const readyMs = Number(stat.ctimeNs / 1_000_000n) + timeStepMs(stat) + 1
  return Math.max(0, readyMs - wallMs)
}

export function writeSeal(env: Env, metaPath: string, seal: Seal): void {
  const position = { ...seal.position, version: 1, txid: formatTxid(seal.position.txid) }
  writeRecord(env, metaPath, 'seal', { version: 1, position, main: seal.main })
}

export function readSeal(env: Env, metaPath: string): Seal | null {
  const record = readRecord(env, metaPath, 'seal') as {
    version?: unknown
    position?: unknown
    main?: MainFacts
  } | null
  if (record?.version !== 1 || record.main === undefined) return null
  const position = positionOf(record.position ?? null)
  return position === null ? null : { position, main: record.main }
}

/** True when nothing was backfilled since the seal: then at most the generation after it has begun, and nothing was lost. */
export function sealHolds(seal: Seal | null, position: Position, main: MainFacts): boolean {
  if (seal === null || seal.position.txid !== position.txid) return false
  const { dev, ino, size, mtimeNs, ctimeNs } = seal.main
  return (
    dev === main.dev &&
    ino === main.ino &&
    size === main.size &&
    mtimeNs === main.mtimeNs &&
    ctimeNs === main.ctimeNs &&
    sameWal(seal.position, position)
  )
}

function sameWal(sealed: Position, position: Position): boolean {
  const [a, b] = [sealed.wal, position.wal]
  if (a === null || b === null) return a === b
  return (
    a.salt1 === b.salt1 &&
    a.salt2 === b.salt2 &&
    a.offset === b.offset &&
    a.checksum[0] === b.checksum[0] &&
    a.checksum[1] === b.checksum[1]
  )
}
