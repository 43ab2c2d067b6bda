import type { Txid } from '@ltx/format'
import { ClientError } from './errors.ts'
import type { FileInfo } from './replica-client.ts'
import { compareFiles, describeFile } from './replica-paths.ts'

/** More files than this in one level are not sorted in memory (about 1 GiB of entries). */
export const SORTED_FILES_MAX = 5_000_000

/**
 * For storage that lists in any order: gathers a level, sorts it, drops what comes before `from`.
 *
 * @throws {ClientError} `CLIENT_UNEXPECTED` above {@link SORTED_FILES_MAX}
 */
export async function* listInOrder(
  files: AsyncIterable<FileInfo>,
  from: Txid | undefined,
  filesMax: number = SORTED_FILES_MAX,
): AsyncGenerator<FileInfo, void, undefined> {
  const gathered: FileInfo[] = []
  for await (const file of files) {
    if (from !== undefined && file.minTXID < from) continue
    if (gathered.length === filesMax) {
      throw new ClientError('CLIENT_UNEXPECTED', `level ${file.level} has more than ${filesMax} files`)
    }
    gathered.push(file)
  }
  gathered.sort(compareFiles)
  yield* gathered
}

/**
 * For storage that promises key order: passes files on as they come, drops what comes before `from`, and trusts nothing.
 *
 * @throws {ClientError} `CLIENT_UNEXPECTED` when a file comes after a later one; a reader would silently miss it otherwise
 */
export async function* expectOrder(
  files: AsyncIterable<FileInfo>,
  from: Txid | undefined,
): AsyncGenerator<FileInfo, void, undefined> {
  let last: FileInfo | null = null
  for await (const file of files) {
    if (last !== null && compareFiles(last, file) >= 0) {
      throw new ClientError(
        'CLIENT_UNEXPECTED',
        `the storage listed ${describeFile(file)} after ${describeFile(last)}, but its listings must be in key order`,
      )
    }
    last = file
    if (from === undefined || file.minTXID >= from) yield file
  }
}
