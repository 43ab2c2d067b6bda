import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { cacheFolder } from './cache-folder.ts'

/** Something that a command puts into an empty folder. */
export interface Installation {
  /** The folder in the cache: name and version, so that another version is another folder. */
  readonly folder: string
  /** Where the file that matters is inside that folder. */
  readonly file: string
  /** Fills an empty folder. */
  readonly fill: (folder: string) => Promise<unknown>
}

/**
 * Installs unless it is there, and gives the path of the file. Fills a temporary folder and renames it, so that an
 * interrupted or a second installation leaves nothing half done.
 */
export async function installOnce(
  installation: Installation,
  cache: string = cacheFolder(),
): Promise<string> {
  const final = path.join(cache, installation.folder)
  const file = path.join(final, installation.file)
  if (await exists(file)) return file
  await mkdir(cache, { recursive: true })
  const temporary = await mkdtemp(path.join(cache, `${installation.folder}.tmp-`))
  try {
    await installation.fill(temporary)
    if (!(await exists(path.join(temporary, installation.file)))) {
      throw new Error(`${installation.folder}: the installation made no ${installation.file}`)
    }
    await rm(final, { recursive: true, force: true })
    await rename(temporary, final)
  } catch (error) {
    if (!(await exists(file))) throw error // another process was first: fine
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return file
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
