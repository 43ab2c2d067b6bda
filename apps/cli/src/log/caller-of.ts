import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A place in the source. */
export interface SourcePlace {
  readonly function: string
  /** Relative to the program's folder where it is below it. */
  readonly file: string
  /** Counted from 1. */
  readonly line: number
}

const FRAME = /^\s*at (?:async )?(?:(?<name>.+?) \()?(?<file>[^()]+):(?<line>\d+):\d+\)?$/
/** The program's own folder, with `src` or `dist` in it. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Who called the logger: the first frame of a stack that is not one of the logger's own; `null` when no frame can be read. */
export function callerOf(stack: string, root: string = ROOT): SourcePlace | null {
  for (const frame of stack.split('\n').slice(1)) {
    const { name = '', file = '', line = '' } = FRAME.exec(frame)?.groups ?? {}
    const path = file.startsWith('file:') ? fileURLToPath(file) : file
    if (path === '' || /[\\/]log[\\/](?:console-logger|caller-of)\.[jt]s$/.test(path)) continue
    const below = relative(root, path)
    return { function: name, file: below.startsWith('..') ? path : below, line: Number(line) }
  }
  return null
}
