import type { FileSettings } from './options.ts'
/**
 * A temporary file that nobody has touched for so long belongs to a writer that is gone. Age is by change time, which nothing can
 * set back; process ids say nothing here, because every container has a process 1.
 */
export declare const TEMPORARY_STALE_MS = 3600000
/** The directory of a level, on disk. */
export declare function levelPath(settings: FileSettings, level: number): string
/**
 * Makes the directory of a level, with all above it, durably, and with the database's mode and owner. Removes what crashed writers
 * left in one that is there.
 */
export declare function prepareLevel(settings: FileSettings, level: number): Promise<string>
/** As far as the system lets us: only root may give files away, and some file systems have no owners. */
export declare function giveToOwner({ env, owner }: FileSettings, path: string): Promise<void>
//# sourceMappingURL=connect.d.ts.map
