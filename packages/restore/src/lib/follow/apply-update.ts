import type { Env, FileHandle } from '@ltx/env'
import type { OutputPath } from '../output-path.ts'
import { rollBack } from './rollback-journal.ts'
import type { UpdateStage } from './stage-update.ts'

const BLOCK_BYTES = 1024 * 1024

/**
 * Changes a copy in place, as SQLite commits: the journal gets its name, the pages are written and synced, the journal goes. To be
 * called only while nobody else can use the copy. After a crash at any point, and after an error, the copy is in the old state or in
 * the new one, for every SQLite that opens it next.
 *
 * @throws the system's error; the copy has been rolled back then, as far as the disk allows
 */
export async function applyUpdate(
  env: Pick<Env, 'files' | 'logger'>,
  { path, directory }: OutputPath,
  database: FileHandle,
  update: UpdateStage,
): Promise<void> {
  const { files, logger } = env
  const journalPath = `${path}-journal`
  try {
    await files.rename(update.journalPath, journalPath)
    await files.syncDirectory(directory)
    await writePages(database, update)
    await database.truncate(update.to.commit * update.to.pageSize)
    await database.sync()
    await files.remove(journalPath) // from here on the new state counts
    await files.syncDirectory(directory)
  } catch (error) {
    try {
      await rollBack(files, path, database, directory)
    } catch (failure) {
      logger.log('error', 'cannot roll back a followed database now; SQLite does when it opens it', {
        path,
        error: failure as Error,
      })
    }
    throw error
  }
}

/** Neighbouring pages that lie one after the other in the scratch file are one write. */
async function writePages(database: FileHandle, { scratch, pageNumbers, to }: UpdateStage): Promise<void> {
  const { pageSize } = to
  const pagesMax = Math.max(1, Math.floor(BLOCK_BYTES / pageSize))
  const block = new Uint8Array(Math.min(pagesMax, Math.max(1, pageNumbers.length)) * pageSize)
  for (let first = 0; first < pageNumbers.length; first += pagesMax) {
    const numbers = pageNumbers.slice(first, first + pagesMax)
    const bytes = block.subarray(0, numbers.length * pageSize)
    await scratch.read(bytes, first * pageSize)
    for (let start = 0, end = 1; start < numbers.length; start = end, end = start + 1) {
      const pageNumber = numbers[start] ?? 0
      while (numbers[end] === pageNumber + (end - start)) end++
      await database.write(bytes.subarray(start * pageSize, end * pageSize), (pageNumber - 1) * pageSize)
    }
  }
}
