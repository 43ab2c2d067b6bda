import { isPageSize } from '@ltx/wal'
import { viewOf } from '../bytes/view-of.ts'
import { CHECKSUM_FLAG, HEADER_BYTES, HEADER_FLAG_NO_CHECKSUM, UINT64_MAX } from '../constants.ts'
import { FormatError } from '../errors.ts'
import type { Txid } from '../ids/txid.ts'

const MAGIC = 0x4c54_5831 // "LTX1"

/** All fields are big-endian. */
const AT = {
  magic: 0, //             4  always "LTX1"
  flags: 4, //             4  bit 1: checksums of the database are not tracked; no other bit may be set
  pageSize: 8, //          4  bytes, a power of two, 512 … 65536
  commit: 12, //           4  database size in pages after this file is applied
  minTXID: 16, //          8
  maxTXID: 24, //          8
  timestampMs: 32, //      8  signed
  preApplyChecksum: 40, // 8  of the database before this file; 0 when min TXID is 1 or checksums are not tracked
  walOffset: 48, //        8  signed, never negative; where in the WAL this file's frames start
  walSize: 56, //          8  signed, never negative
  walSalt1: 64, //         4
  walSalt2: 68, //         4
  nodeId: 72, //           8
  reserved: 80, //        20  zero
} as const

const INT64_MAX = 0x7fff_ffff_ffff_ffffn
const UINT32_MAX = 0xffff_ffff

export interface Header {
  /** Database page size, in bytes. */
  readonly pageSize: number
  /** Database size after this file is applied, in pages. */
  readonly commit: number
  readonly minTXID: Txid
  readonly maxTXID: Txid
  /** When the transaction was seen, in milliseconds since 1970; negative before that. */
  readonly timestampMs: number
  /** Checksum of the database before this file is applied, with the flag bit; 0n when there is none. */
  readonly preApplyChecksum: bigint
  /** Where the frames of this file start in the WAL they came from, in bytes. */
  readonly walOffset: bigint
  /** How many bytes of that WAL they are. */
  readonly walSize: bigint
  readonly walSalt1: number
  readonly walSalt2: number
  readonly nodeId: bigint
  /** Checksums of the database are not tracked. (The checksum of the file always is.) */
  readonly noChecksum: boolean
}

/** The fields that have no useful default. */
export type HeaderFields = Pick<Header, 'pageSize' | 'commit' | 'minTXID' | 'maxTXID' | 'timestampMs'> &
  Partial<Header>

/**
 * Fills in what Litestream writes when nothing else is known: no database checksums, WAL offset 32 (it cannot go on from
 * an offset below that), everything else zero. Checks the result.
 *
 * @throws {FormatError} `LTX_BAD_FIELD`
 */
export function createHeader(fields: HeaderFields): Header {
  const header: Header = {
    preApplyChecksum: 0n,
    walOffset: 32n,
    walSize: 0n,
    walSalt1: 0,
    walSalt2: 0,
    nodeId: 0n,
    noChecksum: true,
    ...fields,
  }
  checkHeader(header)
  return header
}

/**
 * Refuses a header whose fields cannot be or do not fit together.
 *
 * An emptied database (commit 0) is refused without checksums: its post-apply checksum would have to be zero and have the
 * flag bit at once, so Go cannot write such a file either.
 *
 * @throws {FormatError} `LTX_BAD_FIELD`, at the offset of the field.
 * @see superfly/ltx `Header.Validate`; fixtures `bad/`
 */
export function checkHeader(header: Header): void {
  const { pageSize, commit, minTXID, maxTXID, preApplyChecksum, noChecksum } = header
  refuse(!isPageSize(pageSize), AT.pageSize, `page size ${pageSize}`)
  refuse(!isUint32(commit), AT.commit, `commit ${commit}`)
  refuse(commit === 0 && noChecksum, AT.commit, 'commit 0 without database checksums')
  refuse(!isUint64(minTXID) || minTXID === 0n, AT.minTXID, `min TXID ${minTXID}`)
  refuse(!isUint64(maxTXID) || maxTXID < minTXID, AT.maxTXID, `max TXID ${maxTXID}, min TXID ${minTXID}`)
  refuse(!Number.isSafeInteger(header.timestampMs), AT.timestampMs, 'timestamp is beyond 2^53-1 ms')
  checkWalFields(header)
  refuse(!isUint64(header.nodeId), AT.nodeId, `node id ${header.nodeId}`)
  if (noChecksum || minTXID === 1n) {
    refuse(preApplyChecksum !== 0n, AT.preApplyChecksum, 'pre-apply checksum where there is none')
  } else {
    refuse(!isChecksum(preApplyChecksum), AT.preApplyChecksum, 'pre-apply checksum is missing')
  }
}

function checkWalFields({ walOffset, walSize, walSalt1, walSalt2 }: Header): void {
  refuse(walOffset < 0n || walOffset > INT64_MAX, AT.walOffset, `WAL offset ${walOffset}`)
  refuse(walSize < 0n || walSize > INT64_MAX, AT.walSize, `WAL size ${walSize}`)
  refuse(!isUint32(walSalt1), AT.walSalt1, `WAL salt ${walSalt1}`)
  refuse(!isUint32(walSalt2), AT.walSalt2, `WAL salt ${walSalt2}`)
  const pointsIntoWal = walSize !== 0n || walSalt1 !== 0 || walSalt2 !== 0
  refuse(walOffset === 0n && pointsIntoWal, AT.walOffset, 'WAL size or salts without a WAL offset')
}

/**
 * Reads the fixed header and checks it with {@link checkHeader}.
 *
 * @param bytes At least {@link HEADER_BYTES} bytes. Borrowed: the result does not refer to them.
 * @throws {FormatError} `LTX_TRUNCATED`, `LTX_BAD_MAGIC`, `LTX_BAD_FIELD`
 * @see superfly/ltx README, "Header"; fixtures `l0-wide-fields`, `l0-timestamp-negative`, `txid-max`
 */
export function decodeHeader(bytes: Uint8Array): Header {
  if (bytes.length < HEADER_BYTES) {
    throw new FormatError('LTX_TRUNCATED', bytes.length, `header is ${HEADER_BYTES} bytes`)
  }
  const view = viewOf(bytes)
  if (view.getUint32(AT.magic) !== MAGIC) {
    throw new FormatError('LTX_BAD_MAGIC', AT.magic, 'expected "LTX1"')
  }
  const flags = view.getUint32(AT.flags)
  refuse((flags & ~HEADER_FLAG_NO_CHECKSUM) !== 0, AT.flags, `flags ${flags.toString(16)}`)
  for (let at: number = AT.reserved; at < HEADER_BYTES; at++) {
    refuse(bytes[at] !== 0, at, 'a reserved byte is not zero')
  }
  const header: Header = {
    pageSize: view.getUint32(AT.pageSize),
    commit: view.getUint32(AT.commit),
    minTXID: view.getBigUint64(AT.minTXID) as Txid,
    maxTXID: view.getBigUint64(AT.maxTXID) as Txid,
    timestampMs: Number(view.getBigInt64(AT.timestampMs)),
    preApplyChecksum: view.getBigUint64(AT.preApplyChecksum),
    walOffset: view.getBigInt64(AT.walOffset),
    walSize: view.getBigInt64(AT.walSize),
    walSalt1: view.getUint32(AT.walSalt1),
    walSalt2: view.getUint32(AT.walSalt2),
    nodeId: view.getBigUint64(AT.nodeId),
    noChecksum: flags !== 0,
  }
  checkHeader(header)
  return header
}

/**
 * The {@link HEADER_BYTES} bytes of a header, owned by the caller.
 *
 * @throws {FormatError} `LTX_BAD_FIELD`, as {@link checkHeader}.
 */
export function encodeHeader(header: Header): Uint8Array {
  checkHeader(header)
  const bytes = new Uint8Array(HEADER_BYTES)
  const view = viewOf(bytes)
  view.setUint32(AT.magic, MAGIC)
  view.setUint32(AT.flags, header.noChecksum ? HEADER_FLAG_NO_CHECKSUM : 0)
  view.setUint32(AT.pageSize, header.pageSize)
  view.setUint32(AT.commit, header.commit)
  view.setBigUint64(AT.minTXID, header.minTXID)
  view.setBigUint64(AT.maxTXID, header.maxTXID)
  view.setBigInt64(AT.timestampMs, BigInt(header.timestampMs))
  view.setBigUint64(AT.preApplyChecksum, header.preApplyChecksum)
  view.setBigInt64(AT.walOffset, header.walOffset)
  view.setBigInt64(AT.walSize, header.walSize)
  view.setUint32(AT.walSalt1, header.walSalt1)
  view.setUint32(AT.walSalt2, header.walSalt2)
  view.setBigUint64(AT.nodeId, header.nodeId)
  return bytes
}

/** Whether a checksum is present: 64 bits with the flag bit. */
export function isChecksum(value: bigint): boolean {
  return value >= CHECKSUM_FLAG && value <= UINT64_MAX
}

function refuse(wrong: boolean, offset: number, detail: string): void {
  if (wrong) throw new FormatError('LTX_BAD_FIELD', offset, `header: ${detail}`)
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= UINT32_MAX
}

function isUint64(value: bigint): boolean {
  return value >= 0n && value <= UINT64_MAX
}
