import * as fs from 'node:fs'

/**
 * Has the system write a file to the disk while more of it is being written: it would wait for half a minute, or for the `fsync`, which then
 * takes as long as the disk needs for all of it.
 *
 * In a descriptor of its own: Linux tells a write error once to each descriptor, so the `fsync` of the one that was written to still does.
 */
export class EarlySync {
  readonly #path: string
  #descriptor: number | null = null
  #isBusy = false
  #isClosed = false

  /** @param path Of a file that has this name until the first {@link EarlySync.start} has returned to the event loop. */
  constructor(path: string) {
    this.#path = path
  }

  /** Begins, unless it is under way. */
  start(): void {
    if (this.#isBusy || this.#isClosed) return
    this.#isBusy = true
    try {
      this.#descriptor ??= fs.openSync(this.#path, fs.constants.O_RDONLY)
      fs.fdatasync(this.#descriptor, () => this.#ended())
    } catch {
      this.#ended() // the real sync will say what is wrong, if anything is
    }
  }

  close(): void {
    this.#isClosed = true
    if (!this.#isBusy) this.#closeDescriptor()
  }

  #ended(): void {
    this.#isBusy = false
    if (this.#isClosed) this.#closeDescriptor()
  }

  #closeDescriptor(): void {
    if (this.#descriptor !== null) fs.close(this.#descriptor, () => {})
    this.#descriptor = null
  }
}
