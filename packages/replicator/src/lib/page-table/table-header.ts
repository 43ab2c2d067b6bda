import { sharedKernels } from '@ltx/kernels'
import { toTxid, type Txid } from '@ltx/format'

/** Bytes of one header slot. */
export const TABLE_HEADER_BYTES = 64

const MAGIC = 0x4c54_5850 // "LTXP"
const VERSION = 1

const AT = {
  magic: 0, //         4
  version: 4, //       4
  pageSize: 8, //      4
  commit: 12, //       4
  sequence: 16, //     8  counts headers written; the newer slot wins
  txid: 24, //         8
  fileChecksum: 32, // 8  of the level 0 file of that TXID: TXIDs alone are used again after a reset or restore
  inode: 40, //        8  of the database file
  reserved: 48, //     8
  checksum: 56, //     8  CRC-64/ISO of the bytes before it
} as const

/** What the entries of a page table are valid for. */
export interface TableHeader {
  /** Bytes. */
  readonly pageSize: number
  /** Pages. */
  readonly commit: number
  readonly sequence: number
  readonly txid: Txid
  readonly fileChecksum: bigint
  readonly inode: bigint
}

export function encodeTableHeader(header: TableHeader): Uint8Array {
  const bytes = new Uint8Array(TABLE_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(AT.magic, MAGIC)
  view.setUint32(AT.version, VERSION)
  view.setUint32(AT.pageSize, header.pageSize)
  view.setUint32(AT.commit, header.commit)
  view.setBigUint64(AT.sequence, BigInt(header.sequence))
  view.setBigUint64(AT.txid, header.txid)
  view.setBigUint64(AT.fileChecksum, header.fileChecksum)
  view.setBigUint64(AT.inode, header.inode)
  view.setBigUint64(AT.checksum, sharedKernels().crc64(0n, bytes.subarray(0, AT.checksum)))
  return bytes
}

/** `null`: not a header, of another version, or damaged. */
export function decodeTableHeader(bytes: Uint8Array): TableHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(AT.magic) !== MAGIC || view.getUint32(AT.version) !== VERSION) return null
  if (view.getBigUint64(AT.checksum) !== sharedKernels().crc64(0n, bytes.subarray(0, AT.checksum)))
    return null
  const txid = view.getBigUint64(AT.txid)
  if (txid === 0n) return null
  return {
    pageSize: view.getUint32(AT.pageSize),
    commit: view.getUint32(AT.commit),
    sequence: Number(view.getBigUint64(AT.sequence)),
    txid: toTxid(txid),
    fileChecksum: view.getBigUint64(AT.fileChecksum),
    inode: view.getBigUint64(AT.inode),
  }
}
