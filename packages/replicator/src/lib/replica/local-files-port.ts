import type { ByteSource } from '@ltx/client-core'
import type { Txid } from '@ltx/format'

/** A level 0 file on the local disk: exactly one TXID. */
export interface LocalCopy {
  readonly txid: Txid
  /** Size of the whole file. */
  readonly bytes: number
}

/** What uploads, compaction and retention need of the local level 0 files. A missing file is an error with the code `ENOENT`. */
export interface LocalFilesPort {
  /** Ascending by TXID. With `after` only those past it: looking at every file that level 0 keeps costs more than an upload. */
  list(after?: Txid | null): Promise<LocalCopy[]>
  /** The whole file, as often as it is opened. */
  read(txid: Txid): ByteSource
  /** CRC-64 of the file's bytes as they were written, by this process; `null`: not known. */
  writtenChecksum(txid: Txid): bigint | null
  /** The last `bytes` bytes of the file; fewer if it is shorter. Owned by the caller. */
  readEnd(txid: Txid, bytes: number): Promise<Uint8Array>
}
