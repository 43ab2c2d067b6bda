import { rm, rmdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Remembers which folders above a place are missing, so that what the checks make can be taken away again.
 *
 * @param path Absolute; of a folder that does not exist yet.
 * @returns removes the folder with all in it, and of those above it the ones that were missing and are empty
 */
export async function madeFolders(path: string): Promise<() => Promise<void>> {
  const missing: string[] = []
  for (let folder = dirname(path); !(await exists(folder)); folder = dirname(folder)) missing.push(folder)
  return async () => {
    await rm(path, { recursive: true, force: true })
    for (const folder of missing) {
      try {
        await rmdir(folder)
      } catch {
        return // somebody else uses it by now
      }
    }
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    return true // whatever it is, it is not ours to remove
  }
}
