import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { formatFileName, parseFileName } from '@ltx/format'

export interface StoredFile {
  readonly level: number
  readonly minTXID: bigint
  readonly maxTXID: bigint
  /** Bytes. */
  readonly size: number
  /** Modification time: that of the header. */
  readonly timestampMs: number
  readonly path: string
}

/** Every file of a replica, by level and then by TXID. What compaction or retention removes meanwhile is left out. */
export async function storedFiles(replica: string): Promise<StoredFile[]> {
  const files: StoredFile[] = []
  const levels = (await readdir(path.join(replica, 'ltx')).catch((): string[] => [])).toSorted()
  for (const level of levels) {
    const folder = path.join(replica, 'ltx', level)
    for (const name of (await readdir(folder)).toSorted()) {
      const range = parseFileName(name)
      const found = await stat(path.join(folder, name), { bigint: true }).catch(() => null)
      if (range === null || found === null) continue
      files.push({
        level: Number(level),
        ...range,
        size: Number(found.size),
        timestampMs: Number((found.mtimeNs + 500_000n) / 1_000_000n),
        path: path.join(folder, name),
      })
    }
  }
  return files
}

/** The highest TXID on any level; 0: nothing is stored. */
export function highestTxid(files: readonly StoredFile[]): bigint {
  return files.reduce((max, { maxTXID }) => (maxTXID > max ? maxTXID : max), 0n)
}

/** What is in `after` and not in `before`. */
export function newFiles(before: readonly StoredFile[], after: readonly StoredFile[]): StoredFile[] {
  const known = new Set(before.map((file) => file.path))
  return after.filter((file) => !known.has(file.path))
}

export function describeFiles(files: readonly StoredFile[]): string {
  return files
    .map(({ level, minTXID, maxTXID, size }) => {
      const name = formatFileName(minTXID as never, maxTXID as never)
      return `${level}/${name} (${size} bytes)`
    })
    .join('\n')
}
