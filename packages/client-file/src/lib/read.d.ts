import type { ReadOptions } from '@ltx/client-core'
import type { Files } from '@ltx/env'
/** Bytes of one read. */
export declare const READ_BYTES: number
/** There is something of that name, but it is no file: to a replica, nothing is there. */
export declare class NotAFile extends Error {
  readonly name = 'NotAFile'
  readonly code: string
  constructor(path: string)
}
/**
 * Bytes of a file or of a part, as native errors say them. Closes its handle however the reading ends. Chunks are owned by the
 * reader.
 */
export declare function readRange(
  files: Files,
  path: string,
  options?: ReadOptions,
): AsyncGenerator<Uint8Array, void, undefined>
//# sourceMappingURL=read.d.ts.map
