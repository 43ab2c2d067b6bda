import { type FileInfo, type ListOptions } from '@ltx/client-core'
import { type Files } from '@ltx/env'
/**
 * The files of one level's directory, in order. Names are read at once, sizes and times a few at a time as they are asked for.
 * Whatever has no LTX name, or is not a file, is not there; neither is what was deleted meanwhile.
 */
export declare function listLevel(
  files: Files,
  directory: string,
  level: number,
  options: ListOptions,
): AsyncGenerator<FileInfo, void, undefined>
/** Base names in a level's directory; none when there is no directory. */
export declare function namesIn(files: Files, directory: string): Promise<string[]>
/** To the nearest millisecond: what was set as milliseconds may read a few nanoseconds off. */
export declare function nearestMs(timeNs: bigint): number
//# sourceMappingURL=list.d.ts.map
