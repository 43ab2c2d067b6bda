import type { Env } from './env.ts'
import type { Files } from './files.ts'
import { systemError, systemErrorCode } from './system-error.ts'

export type Publish = 'rename' | 'link'

/** What file systems without hard links answer: FAT and exFAT, some network and FUSE mounts. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** Where the missing of hard links was logged before: the warning is for the operator, once, not for each file. */
const warned = new WeakSet<Files>()

/**
 * Gives a finished temporary its real name. `link` is create-only: `EEXIST` where the name is taken, whoever is faster. Without
 * hard links it is a look and a rename: two processes that publish one name in the same instant could then both succeed.
 */
export async function publishFile(
  env: Pick<Env, 'files' | 'logger'>,
  place: { readonly directory: string; readonly name: string; readonly temporaryPath: string },
  publish: Publish,
): Promise<void> {
  const path = `${place.directory}/${place.name}`
  if (publish === 'rename') return env.files.rename(place.temporaryPath, path)
  try {
    await env.files.link(place.temporaryPath, path)
  } catch (error) {
    if (!WITHOUT_LINKS.has(systemErrorCode(error) ?? '')) throw error
    return publishWithoutLinks(env, place, path)
  }
  try {
    await env.files.remove(place.temporaryPath)
  } catch (error) {
    // The file has its name, so the work is done; a second name does no harm and is swept later.
    env.logger.log('warn', 'cannot remove a temporary file', {
      path: place.temporaryPath,
      error: error as Error,
    })
  }
}

async function publishWithoutLinks(
  env: Pick<Env, 'files' | 'logger'>,
  place: { readonly directory: string; readonly temporaryPath: string },
  path: string,
): Promise<void> {
  if (!warned.has(env.files)) {
    warned.add(env.files)
    env.logger.log(
      'warn',
      'file system without hard links: two writers of one file may not notice each other',
      {
        directory: place.directory,
      },
    )
  }
  if ((await env.files.stat(path)) !== null) throw systemError('EEXIST', 'link', path)
  await env.files.rename(place.temporaryPath, path)
}
