import type { Files } from '@ltx/env'
import { decodeWalFrameHeader, decodeWalHeader, WAL_FRAME_HEADER_BYTES, WAL_HEADER_BYTES } from '@ltx/wal'
import { samePlaceSalts } from '../follow/position.ts'
import { mainFactsOf } from '../follow/seal.ts'
import type { SleepOutcome } from './follower-port.ts'

export type Asleep = Extract<SleepOutcome, { kind: 'asleep' }>

/**
 * Whether a sleeping database is worth waking: its file differs from the seal, or its WAL is of another generation, or goes on past our
 * place. Our own closing makes events too; they change none of that. Never opens the database file (POSIX locks).
 */
export async function looksChanged(files: Files, path: string, asleep: Asleep): Promise<boolean> {
  const main = await files.stat(path)
  if (main === null || asleep.main === null) return true
  const found = mainFactsOf(main)
  const { dev, ino, size, mtimeNs, ctimeNs } = asleep.main
  const same =
    dev === found.dev &&
    ino === found.ino &&
    size === found.size &&
    mtimeNs === found.mtimeNs &&
    ctimeNs === found.ctimeNs
  return !same || (await walWentOn(files, path, asleep))
}

/** A WAL that vanishes while we look has just been moved into the database file: that is a change. */

async function walWentOn(files: Files, path: string, asleep: Asleep): Promise<boolean> {
  try {
    return await walDiffers(files, path, asleep)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return true
    throw error
  }
}

async function walDiffers(files: Files, path: string, { wal, leftAtNs }: Asleep): Promise<boolean> {
  const stat = await files.stat(`${path}-wal`)
  if (stat === null || stat.size < WAL_HEADER_BYTES) return false
  await using handle = await files.open(`${path}-wal`, 'read')
  const bytes = new Uint8Array(WAL_HEADER_BYTES)
  if ((await handle.read(bytes, 0)) < bytes.length) return false
  const result = decodeWalHeader(bytes)
  if (result.kind !== 'header') return true
  if (!samePlaceSalts(wal, result.header)) return true
  const frame = new Uint8Array(WAL_FRAME_HEADER_BYTES)
  if ((await handle.read(frame, wal?.offset ?? 0)) < frame.length) return false
  return samePlaceSalts(wal, decodeWalFrameHeader(frame)) && stat.ctimeNs !== leftAtNs
}
