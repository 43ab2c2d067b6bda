import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemErrorCode } from '@ltx/env'
import { CommandError } from '../program/errors.ts'

const NAME = /^verify\.(\d{1,10})\.[0-9a-f]{16}$/
/** A place that is older, of a process that is gone, was left behind by a crash. */
const LEFT_BEHIND_MS = 24 * 60 * 60 * 1000

/** A directory for one restore on trial. Leaving the scope removes it with all that is in it. */
export interface TemporaryPlace extends AsyncDisposable {
  /** The directory in which it is. */
  readonly parent: string
  readonly path: string
}

/**
 * Makes a directory of our own in the first of `parents` that allows it, else where the system keeps temporary files; the owner alone may
 * look into it. Removes what verifications that were killed have left there.
 *
 * @throws {CommandError} not even in the last of them
 */
export async function temporaryPlace(parents: readonly string[], isExact = false): Promise<TemporaryPlace> {
  const candidates = isExact ? parents : [...parents, tmpdir()]
  for (const [index, parent] of candidates.entries()) {
    const path = join(parent, `verify.${process.pid}.${randomBytes(8).toString('hex')}`)
    try {
      await mkdir(path, { mode: 0o700 })
    } catch (error) {
      if (index + 1 < candidates.length && CANNOT_WRITE.has(systemErrorCode(error) ?? '')) continue
      throw new CommandError(`cannot make a temporary directory in ${parent}`, { cause: error })
    }
    await sweep(parent)
    const remove = (): Promise<void> => rm(path, { recursive: true, force: true })
    return { parent, path, [Symbol.asyncDispose]: remove }
  }
  throw new Error('invariant broken: there is a last candidate')
}

const CANNOT_WRITE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'])

async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const processId = Number(NAME.exec(name)?.[1] ?? 0)
    if (processId === 0 || isAlive(processId)) continue
    const path = join(parent, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }))
    if (Date.now() - mtimeMs > LEFT_BEHIND_MS) await rm(path, { recursive: true, force: true })
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH'
  }
}
