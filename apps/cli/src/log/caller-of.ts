import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { originalPlace } from './original-place.ts'

/** A place in the source. */
export interface SourcePlace {
  readonly function: string
  /** Relative to the program's folder where it is below it. */
  readonly file: string
  /** Counted from 1. */
  readonly line: number
}

const FRAME = /^\s*at (?:async )?(?:(?<name>.+?) \()?(?<file>[^()]+):(?<line>\d+):(?<column>\d+)\)?$/
/** Functions between what happened and the log. Without their names, in a bundle, they are the place. */
const PASSES_EVENTS_ON = /(?:^|[.#])(?:emit|logEvent)$/
/** The program's own folder, with `src` and `dist` in it. */
const ROOT = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../' : '../', import.meta.url))

/** Who called `callee`, which must be on the stack; `null` when that cannot be read. */
export function callerOf(callee: (...words: never[]) => unknown): SourcePlace | null {
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, callee)
  return placeOf(trace.stack ?? '')
}

/** The place of the first frame of a stack that can be read and does not only pass an event on; in its source, when it has been bundled. */
export function placeOf(stack: string, root: string = ROOT): SourcePlace | null {
  for (const frame of stack.split('\n').slice(1)) {
    const { name = '', file = '', line = '', column = '' } = FRAME.exec(frame)?.groups ?? {}
    if (file === '' || PASSES_EVENTS_ON.test(name)) continue
    const path = file.startsWith('file:') ? fileURLToPath(file) : file
    const place = originalPlace({ path, line: Number(line), column: Number(column) })
    const below = relative(root, place.path)
    return { function: name, file: below.startsWith('..') ? place.path : below, line: place.line }
  }
  return null
}
