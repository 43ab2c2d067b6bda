/** What backends may differ in. A caller asks instead of guessing from the type. */
export interface Abilities {
  /** `writeFile` never replaces another writer's file. Without it the last writer wins silently. */
  readonly createOnly: boolean
  /** Plain listings carry the header's timestamp already; `exactTimestamps` costs nothing. */
  readonly listsExactTimestamps: boolean
  /** The storage itself skips to `from`; otherwise the whole level is listed and filtered. */
  readonly listingSeek: boolean
}
