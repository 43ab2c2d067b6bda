import type { DatabaseFiles } from './database-files.ts'
import { eachPage } from './copy-frames.ts'
import type { PageOverlay } from './page-overlay.ts'
import type { TrackTarget } from './track.ts'

/**
 * The newest image of each page, and no files. A run that does not count leaves pages behind that are read again: it holds frames that
 * are published and unread, and either a later run has them all, or the position is lost.
 */
export function overlayTarget(files: DatabaseFiles, overlay: PageOverlay): TrackTarget {
  return {
    copy(job, isStill) {
      let pages = 0
      eachPage(files, job, (page, bytes) => {
        overlay.write(page, bytes)
        pages++
      })
      if (!isStill()) return null
      const { txid, timestampMs, run } = job
      const walOffset = run.place.offset
      return { txid, bytes: 0, pages, timestampMs, walBytes: walOffset - run.startOffset, walOffset }
    },
    record() {},
  }
}
