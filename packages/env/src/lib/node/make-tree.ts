import { mkdirSync, statSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemErrorCode } from '../system-error.ts'

/**
 * Makes a directory and those above it that are missing; returns what it made, outermost first. Not with Node's `recursive`: where a
 * file system answers `ENOENT` below a directory that is there, as `/proc` does, that one tries again for ever.
 *
 * @param path Absolute.
 */
export async function makeTree(path: string, mode: number): Promise<string[]> {
  const failure = await failureOf(() => mkdir(path, { mode }))
  if (failure === null) return [path]
  const parent = parentToMake(path, failure)
  if (parent === null) {
    if (await isDirectory(path)) return []
    throw failure
  }
  const made = await makeTree(parent, mode)
  const again = await failureOf(() => mkdir(path, { mode }))
  if (again === null) return [...made, path]
  if (await isDirectory(path)) return made // somebody else has made it meanwhile
  throw again
}

/** The same, blocking. */
export function makeTreeBlocking(path: string, mode: number): string[] {
  if (isDirectoryNow(path)) return [] // nearly always, and an error costs more than a look
  const failure = failureNow(() => mkdirSync(path, { mode }))
  if (failure === null) return [path]
  const parent = parentToMake(path, failure)
  if (parent === null) {
    if (isDirectoryNow(path)) return []
    throw failure
  }
  const made = makeTreeBlocking(parent, mode)
  const again = failureNow(() => mkdirSync(path, { mode }))
  if (again === null) return [...made, path]
  if (isDirectoryNow(path)) return made
  throw again
}

function parentToMake(path: string, failure: Error): string | null {
  const parent = dirname(path)
  return systemErrorCode(failure) === 'ENOENT' && parent !== path ? parent : null
}

async function failureOf(action: () => Promise<unknown>): Promise<Error | null> {
  try {
    await action()
    return null
  } catch (error) {
    return error as Error
  }
}

function failureNow(action: () => unknown): Error | null {
  try {
    action()
    return null
  } catch (error) {
    return error as Error
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}

function isDirectoryNow(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    return false
  }
}
