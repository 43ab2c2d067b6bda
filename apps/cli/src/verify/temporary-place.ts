import { mkdir, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemErrorCode, type Env } from '@ltx/env'
import { isLeftBehind, keepFresh, ownedName } from '@ltx/restore'
import { CommandError } from '../program/errors.ts'

const NAME = /^verify\.\d{1,10}\.[0-9a-f]{16}$/

/** A directory for one restore on trial. Leaving the scope removes it with all that is in it. */
export interface TemporaryPlace extends AsyncDisposable {
  /** The directory in which it is. */
  readonly parent: string
  readonly path: string
}

/**
 * Makes a directory of our own in the first of `parents` that allows it, else where the system keeps temporary files; the owner alone may
 * look into it, and holds it open. Removes what verifications that were killed have left there.
 *
 * @throws {CommandError} not even in the last of them
 */
export async function temporaryPlace(
  parents: readonly string[],
  env: Env,
  isExact = false,
): Promise<TemporaryPlace> {
  const candidates = isExact ? parents : [...parents, tmpdir()]
  for (const [index, parent] of candidates.entries()) {
    const path = join(parent, (await ownedName(env, 'verify')).replace(/\.tmp$/, ''))
    try {
      await mkdir(path, { mode: 0o700 })
    } catch (error) {
      if (index + 1 < candidates.length && CANNOT_WRITE.has(systemErrorCode(error) ?? '')) continue
      throw new CommandError(`cannot make a temporary directory in ${parent}`, { cause: error })
    }
    const release = await holdOpen(path, env)
    await sweepPlaces(parent, env)
    const remove = async (): Promise<void> => {
      await release()
      await rm(path, { recursive: true, force: true })
    }
    return { parent, path, [Symbol.asyncDispose]: remove }
  }
  throw new Error('invariant broken: there is a last candidate')
}

const CANNOT_WRITE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'])

/** For others to see that somebody lives who uses it. */
async function holdOpen(path: string, env: Env): Promise<() => Promise<void>> {
  if (process.platform === 'win32') return async () => {} // opens no directories
  const handle = await open(path, 'r')
  const setTimes = (mtimeMs: number): Promise<void> => handle.utimes(mtimeMs / 1000, mtimeMs / 1000)
  const fresh = keepFresh(env, { setTimes })
  return async () => {
    fresh[Symbol.dispose]()
    await handle.close()
  }
}

/** Removes what verifications that were killed have left in a directory, as far as that can be; those that go on are left alone. */
export async function sweepPlaces(parent: string, env: Env): Promise<void> {
  const { files, logger } = env
  const names = await files.list(parent).catch(() => []) // it is not there, or may not be listed
  for (const name of names) {
    if (!NAME.test(name)) continue
    const path = join(parent, name)
    try {
      const stat = await files.stat(path)
      if (stat?.kind !== 'directory' || !(await isLeftBehind(env, name, stat))) continue
      await files.removeTree(path)
      logger.log('info', 'what a verification that was killed has left is removed', { path })
    } catch (error) {
      // where the system keeps temporary files it may be another user's
      logger.log('debug', 'cannot remove what a verification has left', { path, error: error as Error })
    }
  }
}
