import { dirname } from 'node:path'

/** The directories that a recursive `mkdir(path)` made, outermost first; `first` is what it returned. */
export function madeDirectories(path: string, first: string | undefined): string[] {
  const made: string[] = []
  if (first === undefined) return made
  for (let directory = path; directory.length >= first.length; directory = dirname(directory)) {
    made.unshift(directory)
    if (dirname(directory) === directory) break
  }
  return made
}
