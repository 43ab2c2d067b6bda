import { posix } from 'node:path'
import { levelDirectory } from '@ltx/client-core'
import { isTemporaryName, parseTemporaryName, systemErrorCode, type Files, type FileStat } from '@ltx/env'
import type { FileSettings } from './options.ts'

/**
 * A temporary file that nobody has touched for so long belongs to a writer that is gone. Age is by change time, which nothing can
 * set back; process ids say nothing here, because every container has a process 1.
 */
export const TEMPORARY_STALE_MS = 3_600_000

/** The directory of a level, on disk. */
export function levelPath(settings: FileSettings, level: number): string {
  return posix.join(settings.root, levelDirectory('decimal', level))
}

/**
 * Makes the directory of a level, with all above it, with the database's mode and owner. Removes what crashed writers
 * left in one that is there.
 */
export async function prepareLevel(settings: FileSettings, level: number): Promise<string> {
  const directory = levelPath(settings, level)
  if (await makeDirectories(settings, directory)) return directory
  try {
    await sweep(settings, directory)
  } catch (error) {
    settings.env.logger.log('warn', 'cannot sweep temporary files', { directory, error: error as Error })
  }
  return directory
}

/** One directory after the other, because each made one gets an owner. Returns whether there was something to make. */
async function makeDirectories(settings: FileSettings, directory: string): Promise<boolean> {
  const { files } = settings.env
  if ((await files.stat(directory)) !== null) return false
  const parent = posix.dirname(directory)
  if (parent !== directory) await makeDirectories(settings, parent)
  await files.makeDirectory(directory, { mode: settings.directoryMode })
  await giveToOwner(settings, directory)
  return true
}

/** As far as the system lets us: only root may give files away, and some file systems have no owners. */
export async function giveToOwner({ env, owner }: FileSettings, path: string): Promise<void> {
  if (owner === null) return
  try {
    await env.files.setOwner(path, owner.uid, owner.gid)
  } catch (error) {
    env.logger.log('debug', 'cannot give a replica file to the owner of the database', {
      path,
      error: systemErrorCode(error),
    })
  }
}

/** It has its real name already, and whole: its writer died between the two, or is about to take this one away itself. */
async function isPublished(files: Files, directory: string, name: string, stat: FileStat): Promise<boolean> {
  const base = parseTemporaryName(name)?.base
  if (base === undefined) return false
  const published = await files.stat(`${directory}/${base}`)
  if (published === null || published.dev !== stat.dev || published.ino !== stat.ino) return false
  await files.syncDirectory(directory) // its writer died before that: the real name must not be lost with this one
  return true
}

async function sweep({ env }: FileSettings, directory: string): Promise<void> {
  const staleBeforeNs = BigInt(Math.floor(env.clock.wallMs() - TEMPORARY_STALE_MS)) * 1_000_000n
  for (const name of await env.files.list(directory)) {
    if (!isTemporaryName(name)) continue
    const path = `${directory}/${name}`
    const stat = await env.files.stat(path)
    if (stat === null || stat.kind !== 'file') continue
    if (stat.ctimeNs >= staleBeforeNs && !(await isPublished(env.files, directory, name, stat))) continue
    await env.files.remove(path)
    env.logger.log('info', 'removed what a crashed writer left', { path, bytes: stat.size })
  }
}
