import { type ReplicaClient } from '@ltx/client-core'
import { type FileClientOptions } from './options.ts'
/**
 * A replica in a directory of this machine, or of a mounted file system: `<path>/ltx/<level>/<min>-<max>.ltx`, as Litestream has it.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export declare function fileClient(options: FileClientOptions): ReplicaClient
/**
 * The same from a URL, as `file:///backup/app`; what it means exactly is told at `pathFromFileUrl`.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export declare function fileClientFromUrl(
  url: string,
  options: Omit<FileClientOptions, 'path'>,
): ReplicaClient
//# sourceMappingURL=client.d.ts.map
