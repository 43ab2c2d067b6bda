import type { BlockingFiles } from '@ltx/env'

/**
 * On which devices the system's table shows our locks. The table has a line for each lock of the machine, so that reading it for each
 * database that is opened costs most when thousands are; where it has shown one of ours, it shows those of the device's other files.
 *
 * Where that turns out to be wrong (a union of file systems, which has inodes of both), each database is asked for again.
 */
export class VisibleLocks {
  readonly #devices = new Map<bigint, 'shown' | 'not always'>()

  /** Whether the read lock of a pin that has just begun is to be seen. @param look Reads the table. */
  isShown(device: bigint, look: () => boolean): boolean {
    const known = this.#devices.get(device)
    if (known === 'shown') return true
    const isShown = look()
    if (isShown && known === undefined) this.#devices.set(device, 'shown')
    return isShown
  }

  /** A lock that should have been shown was not: it is lost, or never was shown. Right after the next opening it is looked for. */
  missed(device: bigint): void {
    this.#devices.set(device, 'not always')
  }
}

const byFiles = new WeakMap<BlockingFiles, VisibleLocks>()

/** One for all databases of a thread. */
export function visibleLocksOf(files: BlockingFiles): VisibleLocks {
  const known = byFiles.get(files) ?? new VisibleLocks()
  byFiles.set(files, known)
  return known
}
