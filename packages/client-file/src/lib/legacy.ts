import type { CallOptions, LegacyObject } from '@ltx/client-core'
import { systemErrorCode, type Files } from '@ltx/env'
import { namesIn, nearestMs } from './list.ts'

/** Folders of a generation, ascending. */
const FOLDERS = ['snapshots', 'wal'] as const

/**
 * Replicas of Litestream 0.3 below `root`, ascending by path. The names of one folder are held at a time. What is not a file of such a
 * folder is not there.
 */
export async function* listLegacy(
  files: Files,
  root: string,
  options: CallOptions,
): AsyncGenerator<LegacyObject, void, undefined> {
  for (const generation of await namesBelow(files, `${root}/generations`)) {
    for (const folder of FOLDERS) {
      const directory = `generations/${generation}/${folder}`
      for (const name of await namesBelow(files, `${root}/${directory}`)) {
        options.signal?.throwIfAborted()
        const stat = await files.stat(`${root}/${directory}/${name}`)
        if (stat?.kind !== 'file') continue
        yield { path: `${directory}/${name}`, size: stat.size, modifiedAtMs: nearestMs(stat.mtimeNs) }
      }
    }
  }
}

/** None where there is no directory of that name. */
async function namesBelow(files: Files, path: string): Promise<string[]> {
  try {
    return await namesIn(files, path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOTDIR') return []
    throw error
  }
}
