/**
 * What backends may differ in. A caller asks instead of guessing from the type, and asks again rather than keeping the answer: some
 * servers have to be tried before they are known.
 */
export interface Abilities {
  /**
   * `writeFile` never replaces another writer's file. Without it the last writer wins silently. May become true, or false, with the
   * first write, where a server has to be tried.
   */
  readonly createOnly: boolean
  /** Plain listings carry the header's timestamp already; `exactTimestamps` costs nothing. */
  readonly listsExactTimestamps: boolean
  /** The storage itself skips to `from`; otherwise the whole level is listed and filtered. */
  readonly listingSeek: boolean
}
