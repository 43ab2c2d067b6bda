import { compareFiles, type FileInfo, type FileKey, type ListOptions } from '@ltx/client-core'
import { systemErrorCode, type Files } from '@ltx/env'
import { formatFileName, parseFileName } from '@ltx/format'
import type { ReadFiles } from './near-files.ts'

/** Files asked for their size and time at once. */
const STATS_MAX = 32

/**
 * The files of one level's directory, in order. Names are read at once, sizes and times a few at a time as they are asked for.
 * Whatever has no LTX name, or is not a file, is not there; neither is what was deleted meanwhile.
 *
 * @param near For sizes and times; `files` when absent.
 */
export async function* listLevel(
  files: Files,
  directory: string,
  level: number,
  options: ListOptions,
  near: Pick<ReadFiles, 'stat'> = files,
): AsyncGenerator<FileInfo, void, undefined> {
  const keys = (await namesIn(files, directory))
    .map((name) => parseFileName(name))
    .filter((name) => name !== null)
    .filter(({ minTXID }) => options.from === undefined || minTXID >= options.from)
    .map((name): FileKey => ({ level, ...name }))
    .toSorted(compareFiles)
  for (let start = 0; start < keys.length; start += STATS_MAX) {
    options.signal?.throwIfAborted()
    const batch = keys.slice(start, start + STATS_MAX)
    const infos = await Promise.all(batch.map((file) => infoOf(near, directory, file)))
    for (const info of infos) if (info !== null) yield info
  }
}

/** Base names in a level's directory; none when there is no directory. */
export async function namesIn(files: Files, directory: string): Promise<string[]> {
  try {
    return await files.list(directory)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw error
  }
}

async function infoOf(
  files: Pick<ReadFiles, 'stat'>,
  directory: string,
  file: FileKey,
): Promise<FileInfo | null> {
  const stat = await files.stat(`${directory}/${formatFileName(file.minTXID, file.maxTXID)}`)
  if (stat === null || stat.kind !== 'file') return null
  return { ...file, size: stat.size, createdAtMs: nearestMs(stat.mtimeNs) }
}

/** To the nearest millisecond: what was set as milliseconds may read a few nanoseconds off. */
export function nearestMs(timeNs: bigint): number {
  const shiftedNs = timeNs + 500_000n
  const flooredMs = shiftedNs / 1_000_000n - (shiftedNs % 1_000_000n < 0n ? 1n : 0n) // `/` rounds towards zero
  return Number(flooredMs)
}
