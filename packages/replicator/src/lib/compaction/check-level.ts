import type { FileInfo } from '@ltx/client-core'
import type { Txid } from '@ltx/format'

/** `gap`: transactions are missing between the two. `overlap`: both hold some. `unsorted`: the listing is not in TXID order. */
export type LevelProblemKind = 'gap' | 'overlap' | 'unsorted'

export interface LevelProblem {
  readonly kind: LevelProblemKind
  readonly level: number
  /** Where the file before ends. */
  readonly previousMaxTXID: Txid
  /** The file that does not fit. */
  readonly file: FileInfo
}

/**
 * Reports where one level's files, in the order given, do not continue each other. The snapshot level is not meant to.
 *
 * @see litestream `Replica.ValidateLevel` (spec-core §3.5)
 */
export function checkLevel(files: readonly FileInfo[]): LevelProblem[] {
  const problems: LevelProblem[] = []
  let previous: FileInfo | null = null
  for (const file of files) {
    if (previous !== null) {
      const kind = problemBetween(previous, file)
      if (kind !== null) problems.push({ kind, level: file.level, previousMaxTXID: previous.maxTXID, file })
    }
    previous = file
  }
  return problems
}

function problemBetween(previous: FileInfo, file: FileInfo): LevelProblemKind | null {
  if (file.minTXID < previous.minTXID) return 'unsorted'
  if (file.minTXID > previous.maxTXID + 1n) return 'gap'
  return file.minTXID <= previous.maxTXID ? 'overlap' : null
}
