import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { isTemporaryName } from '@ltx/env'

/** Every file below a folder: its path in it → bytes. */
export function filesUnder(folder: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  if (!existsSync(folder)) return found
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const stat = statSync(path.join(folder, name), { throwIfNoEntry: false })
    if (stat?.isFile() === true) found.set(name, stat.size)
  }
  return found
}

/** What a writer that was killed has left behind. */
export function temporariesUnder(folder: string): string[] {
  return [...filesUnder(folder).keys()].filter((name) => isTemporaryName(path.basename(name)))
}
