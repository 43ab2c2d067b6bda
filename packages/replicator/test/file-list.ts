import type { FileInfo } from '@ltx/client-core'
import { toTxid } from '@ltx/format'

/** Size of every file in a list. */
export const LISTED_BYTES = 100

/** Time of a file that ends at TXID n: n seconds after the epoch. */
export const LISTED_MS_PER_TXID = 1000

/**
 * Files in short, for tables: `9:1-4 0:5..7` is a snapshot of 1 to 4 and level 0 files 5, 6 and 7. Without a level the one before
 * counts, at first level 0. `@12` behind a file is its time in seconds.
 */
export function fileList(text: string): FileInfo[] {
  let level = 0
  return text
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => {
      const match = /^(?:(\d):)?(\d+)(?:(-|\.\.)(\d+))?(?:@(\d+))?$/.exec(word)
      if (match === null) throw new Error(`not a file: ${word}`)
      const [, levelText, first = '', separator, last = first, seconds] = match
      if (levelText !== undefined) level = Number(levelText)
      const at = (min: number, max: number): FileInfo => fileAt(level, min, max, seconds)
      if (separator !== '..') return [at(Number(first), Number(last))]
      return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) =>
        at(Number(first) + index, Number(first) + index),
      )
    })
}

/** The same, by level. */
export function levelList(text: string): FileInfo[][] {
  const files = fileList(text)
  return Array.from({ length: 10 }, (_, level) => files.filter((file) => file.level === level))
}

/** The reverse of {@link fileList}, without times and runs. */
export function listInWords(files: readonly FileInfo[]): string {
  let level = 0
  return files
    .map((file) => {
      const prefix = file.level === level ? '' : `${file.level}:`
      level = file.level
      return `${prefix}${file.minTXID}${file.maxTXID === file.minTXID ? '' : `-${file.maxTXID}`}`
    })
    .join(' ')
}

function fileAt(level: number, min: number, max: number, seconds: string | undefined): FileInfo {
  return {
    level,
    minTXID: toTxid(BigInt(min)),
    maxTXID: toTxid(BigInt(max)),
    size: LISTED_BYTES,
    createdAtMs: seconds === undefined ? max * LISTED_MS_PER_TXID : Number(seconds) * 1000,
  }
}
