import type { SimDirectory } from './sim-directory.ts'
import type { SimFile } from './sim-file.ts'

/** What a simulated inode has besides its content. */
export interface NodeFields {
  readonly ino: bigint
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

export type SimNode = SimFile | SimDirectory
