import assert from 'node:assert/strict'
import { test } from 'vitest'
import { truncated, withByte } from './break-bytes.ts'
import { buildWal, rechecksummed } from './build-wal.ts'
import { isWalError, type WalErrorCode } from './errors.ts'
import { decodeWalHeader, WAL_HEADER_AT, WAL_HEADER_BYTES } from './wal-header.ts'

const wal = buildWal({ pageSize: 1024, salts: [7, 0xffff_fffe], sequence: 3, transactions: [] })

for (const littleEndian of [true, false]) {
  for (const pageSize of [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536]) {
    test(`decodeWalHeader: ${pageSize}, ${littleEndian ? 'little' : 'big'}-endian → every field`, () => {
      const bytes = buildWal({
        pageSize,
        littleEndian,
        salts: [7, 0xffff_fffe],
        sequence: 3,
        transactions: [],
      })
      const result = decodeWalHeader(bytes)
      assert.ok(result.kind === 'header')
      const { checksum, ...rest } = result.header
      assert.deepEqual(rest, { littleEndian, pageSize, sequence: 3, salt1: 7, salt2: 0xffff_fffe })
      assert.equal(Buffer.from(bytes).readUInt32BE(24), checksum[0])
      assert.equal(Buffer.from(bytes).readUInt32BE(28), checksum[1])
    })
  }
}

test('decodeWalHeader: every length below 32 → none, short', () => {
  for (let length = 0; length < WAL_HEADER_BYTES; length++) {
    assert.deepEqual(decodeWalHeader(truncated(wal, length)), { kind: 'none', because: 'short' })
  }
})

const altered = (offset: number, value: number): Uint8Array => withByte(wal, offset, value)

test('decodeWalHeader: half-written → none, checksum', () => {
  assert.deepEqual(decodeWalHeader(altered(20, 1)), { kind: 'none', because: 'checksum' })
})

const refused: readonly [situation: string, Uint8Array, WalErrorCode, number][] = [
  ['wrong magic, whatever the checksum', altered(3, 0x84), 'WAL_BAD_MAGIC', WAL_HEADER_AT.magic],
  ['wrong version', rechecksummed(altered(7, 0)), 'WAL_BAD_VERSION', WAL_HEADER_AT.version],
  ['page size 0', headerWithPageSize(0), 'WAL_BAD_PAGE_SIZE', WAL_HEADER_AT.pageSize],
  ['page size 1, the database header’s word for 65536', headerWithPageSize(1), 'WAL_BAD_PAGE_SIZE', 8],
  ['page size 1536', headerWithPageSize(1536), 'WAL_BAD_PAGE_SIZE', WAL_HEADER_AT.pageSize],
  ['page size 131072', headerWithPageSize(131_072), 'WAL_BAD_PAGE_SIZE', WAL_HEADER_AT.pageSize],
]

for (const [situation, bytes, code, offset] of refused) {
  test(`decodeWalHeader: ${situation} → ${code}`, () => {
    assert.throws(
      () => decodeWalHeader(bytes),
      (error) => isWalError(error, code) && error.offset === offset,
    )
  })
}

test('decodeWalHeader: wrong version and wrong checksum → none, as a header just being written', () => {
  assert.deepEqual(decodeWalHeader(altered(7, 0)), { kind: 'none', because: 'checksum' })
})

/** A header with any page size, in order but for that. */
function headerWithPageSize(pageSize: number): Uint8Array {
  const header = wal.subarray(0, WAL_HEADER_BYTES).slice()
  Buffer.from(header.buffer).writeUInt32BE(pageSize, WAL_HEADER_AT.pageSize)
  return rechecksummed(header)
}
