import type { Diagnosis } from '@ltx/client-core'
/**
 * What a failure of the file system means. A missing name is no business of this table: `readFile` alone turns `ENOENT` into
 * `CLIENT_NOT_FOUND`; in a listing it means empty, in a delete that the work is done, and in a write that somebody removed the
 * directory meanwhile.
 */
export declare function diagnose(error: unknown): Diagnosis
/** {@link diagnose} for a read, where a missing name is a missing file. */
export declare function diagnoseRead(error: unknown): Diagnosis
//# sourceMappingURL=errors.d.ts.map
