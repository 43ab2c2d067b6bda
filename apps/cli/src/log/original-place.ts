import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, resolve } from 'node:path'

/** Lines and columns count from 1. */
export interface FilePlace {
  readonly path: string
  readonly line: number
  readonly column: number
}

const maps = new Map<string, SourceMap | null>()

/** Where a place in a bundled file comes from, by the map beside that file; the place itself where there is none. */
export function originalPlace(place: FilePlace): FilePlace {
  const { path, line, column } = place
  const entry = mapOf(path)?.findEntry(line - 1, column - 1)
  if (entry === undefined || !('originalSource' in entry) || entry.originalSource === '') return place
  return {
    path: resolve(dirname(path), entry.originalSource),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  }
}

function mapOf(path: string): SourceMap | null {
  const known = maps.get(path)
  if (known !== undefined) return known
  const read = readMap(`${path}.map`)
  maps.set(path, read)
  return read
}

function readMap(path: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as ConstructorParameters<typeof SourceMap>[0])
  } catch {
    return null // not bundled, or published without maps
  }
}
