import type { KernelOptions } from '../kernel-options.ts'

export interface DecodeOptions extends KernelOptions {
  /**
   * Where the next page is to be decompressed: `pageSize` bytes, which are that page event's `data`. Lets a page land at its place
   * without a copy. May be asked several times for one page, and for a page that turns out malformed; what lies there then is
   * worthless. Not asked before the header event. One buffer of the decoder's own when absent.
   */
  readonly pageBuffer?: (() => Uint8Array) | undefined
}
