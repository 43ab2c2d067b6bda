import type { KernelOptions } from '../kernel-options.ts'

export interface DecodeOptions extends KernelOptions {
  /**
   * Where the next page is to be decompressed: `pageSize` bytes, which are then that page event's `data`. Lets a page land at its place
   * without a copy. Not asked for pages that were decoded ahead, and not before the header event. May be asked several times for one
   * page, and for a page that turns out malformed; what lies there then is worthless. One buffer of the decoder's own when absent.
   */
  readonly pageBuffer?: (() => Uint8Array) | undefined
}
