import type { BlockingFiles } from '@ltx/env'
import type { PageOverlay } from '../follow/page-overlay.ts'
import { readLocalFile } from '../page-table/read-local-file.ts'
import type { LtxFileWriter } from './ltx-file-writer.ts'

/** Page bytes between two pauses. */
const PAUSE_BYTES = 4 * 1024 * 1024

/**
 * Writes the pages of an LTX file, but of each page that the overlay has the one there, and those that only it has. Pages past the size
 * in the writer's header are left out.
 *
 * @param pause Called now and then. Throws to abort.
 * @throws {FormatError} when the file is damaged.
 */
export async function writeOverlaid(
  files: BlockingFiles,
  path: string,
  overlay: PageOverlay,
  writer: LtxFileWriter,
  pause: () => Promise<void>,
): Promise<void> {
  const { commit, pageSize } = writer.header
  const scratch = new Uint8Array(pageSize)
  const pausePages = Math.max(1, Math.floor(PAUSE_BYTES / pageSize))
  let pages = 0
  const overlaidUpTo = async (from: number, last: number): Promise<void> => {
    for (let page = overlay.next(from, last); page !== null; page = overlay.next(page + 1, last)) {
      overlay.read(page, scratch)
      writer.write(page, scratch)
      if (++pages % pausePages === 0) await pause()
    }
  }
  let next = 1
  for (const event of readLocalFile(files, path)) {
    if (event.kind !== 'page' || event.pageNumber > commit) continue
    await overlaidUpTo(next, event.pageNumber)
    if (!overlay.has(event.pageNumber)) writer.copy(event)
    next = event.pageNumber + 1
    if (++pages % pausePages === 0) await pause()
  }
  await overlaidUpTo(next, commit)
}
