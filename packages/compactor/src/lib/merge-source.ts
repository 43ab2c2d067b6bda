/** One LTX file to merge. */
export interface MergeSource {
  /** Starts reading. Called once; a chunk has to stay valid until the next one is asked for. */
  open(): AsyncIterable<Uint8Array>
  /** Stands in error messages. */
  readonly name?: string | undefined
}
