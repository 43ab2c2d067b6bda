import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import { decodeTableHeader, encodeTableHeader, TABLE_HEADER_BYTES, type TableHeader } from './table-header.ts'

const header: TableHeader = {
  pageSize: 65_536,
  commit: 4_294_967_294,
  sequence: 3,
  txid: toTxid(2n ** 64n - 1n),
  fileChecksum: 2n ** 63n + 1n,
  inode: 2n ** 60n,
}

test('table header: the largest values → read back as written', () => {
  const bytes = encodeTableHeader(header)
  assert.equal(bytes.length, TABLE_HEADER_BYTES)
  assert.deepEqual(decodeTableHeader(bytes), header)
})

test('decodeTableHeader: zeros → null', () => assert.equal(decodeTableHeader(new Uint8Array(64)), null))

test('decodeTableHeader: every flipped bit → null', () => {
  const bytes = encodeTableHeader(header)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const broken = bytes.slice()
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.equal(decodeTableHeader(broken), null, `bit ${bit}`)
  }
})

test('decodeTableHeader: another version, or TXID 0, each with its right checksum → null', () => {
  for (const [offset, value] of [
    [4, 2],
    [24, 0],
  ] as const) {
    const bytes = encodeTableHeader({ ...header, txid: toTxid(1n) })
    const view = new DataView(bytes.buffer)
    if (offset === 4) view.setUint32(offset, value)
    else view.setBigUint64(offset, BigInt(value))
    view.setBigUint64(56, sharedKernels().crc64(0n, bytes.subarray(0, 56)))
    assert.equal(decodeTableHeader(bytes), null, `offset ${offset}`)
  }
})
