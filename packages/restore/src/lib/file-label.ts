import type { FileKey } from '@ltx/client-core'
import { formatFileName } from '@ltx/format'

/** A file's level and name, `LEVEL/MIN-MAX.ltx`: what messages print and what {@link planRestore} takes as excluded. */
export function fileLabel(file: FileKey): string {
  return `${file.level}/${formatFileName(file.minTXID, file.maxTXID)}`
}
