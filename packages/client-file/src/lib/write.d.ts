import { type ByteSource, type FileInfo, type FileKey, type WriteOptions } from '@ltx/client-core'
import type { FileSettings } from './options.ts'
/**
 * Writes a file under a temporary name, makes it durable with its header's time, and links it to its name: whole or not at all, and
 * never over another writer's file. `prepare` makes the level's directory; it is called once there is a header to store.
 */
export declare function writeReplicaFile(
  settings: FileSettings,
  file: FileKey,
  source: ByteSource,
  options: WriteOptions,
  prepare: () => Promise<string>,
): Promise<FileInfo>
//# sourceMappingURL=write.d.ts.map
