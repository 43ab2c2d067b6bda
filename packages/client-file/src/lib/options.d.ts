import { ClientError } from '@ltx/client-core'
import type { Env } from '@ltx/env'
/** What files and directories of the replica take over from the database, as Litestream does. */
export interface DatabaseOwnership {
  /** Permission bits of files; 0o600 when absent. */
  readonly mode?: number | undefined
  /** Permission bits of directories that have to be made; 0o700 when absent. */
  readonly directoryMode?: number | undefined
  /** Owner of both, given where the system lets us. Only together with `gid`. */
  readonly uid?: number | undefined
  readonly gid?: number | undefined
}
export interface FileClientOptions {
  /** The replica's root directory. Made at the first write. */
  readonly path: string
  readonly env: Env
  readonly database?: DatabaseOwnership | undefined
}
/** Options that were looked through. */
export interface FileSettings {
  readonly env: Env
  /** Without a slash at its end. */
  readonly root: string
  readonly mode: number
  readonly directoryMode: number
  readonly owner: {
    readonly uid: number
    readonly gid: number
  } | null
}
/** @throws {ClientError} `CLIENT_BAD_OPTIONS` for an empty path, a mode out of range, a name nobody knows */
export declare function checkOptions(options: FileClientOptions): FileSettings
export declare function badOptions(detail: string): ClientError
//# sourceMappingURL=options.d.ts.map
