import type { Kernels } from '@ltx/kernels'
import { CHECKSUM_FLAG } from '../constants.ts'
import { pageChecksum } from './page-checksum.ts'

/**
 * The checksum of a whole database, kept up to date page by page: the XOR of its pages' checksums, with the flag bit. It
 * does not depend on the order, and a page is taken out by putting it in again. The lock page does not count.
 *
 * @see superfly/ltx, `Checksum`; fixtures `chk-*`
 */
export class DatabaseChecksum {
  readonly #kernels: Kernels | undefined
  #value: bigint

  /** @param start A checksum to go on from, for instance a file's pre-apply checksum; else that of an empty database. */
  constructor(start: bigint = CHECKSUM_FLAG, options: { readonly kernels?: Kernels | undefined } = {}) {
    this.#value = start | CHECKSUM_FLAG
    this.#kernels = options.kernels
  }

  /** With the flag bit. */
  get value(): bigint {
    return this.#value
  }

  /** Puts a page in, or takes the same page out again. `data` is borrowed. */
  toggle(pageNumber: number, data: Uint8Array): void {
    this.toggleChecksum(pageChecksum(pageNumber, data, this.#kernels))
  }

  /** Does {@link DatabaseChecksum.toggle} for a page whose checksum is known. */
  toggleChecksum(checksum: bigint): void {
    this.#value = (this.#value ^ checksum) | CHECKSUM_FLAG
  }
}
