import { closeSync, openSync, writeSync } from 'node:fs'
import type { Output } from '../program/io.ts'

/** Who may read a log: it names databases. */
const MODE = 0o640

/**
 * A file that lines are appended to. Whoever rotates it renames it, and then asks for it to be opened anew. A line that cannot be written,
 * as on a full disk, is dropped: a log must not end a backup.
 */
export class LogFile implements Pick<Output, 'write' | 'isTerminal'> {
  readonly isTerminal = false
  readonly #path: string
  #descriptor: number

  /** @throws {Error} it cannot be opened */
  constructor(path: string) {
    this.#path = path
    this.#descriptor = openSync(path, 'a', MODE)
  }

  write(text: string): void {
    try {
      writeSync(this.#descriptor, text)
    } catch {
      // see above
    }
  }

  /** @throws {Error} it cannot be opened; the one that was open stays in use */
  reopen(): void {
    const before = this.#descriptor
    this.#descriptor = openSync(this.#path, 'a', MODE)
    closeSync(before)
  }
}
