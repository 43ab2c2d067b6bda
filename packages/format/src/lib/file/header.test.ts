import assert from 'node:assert/strict'
import { test } from 'vitest'
import { viewOf } from '../bytes/view-of.ts'
import { toTxid } from '../ids/txid.ts'
import { checkHeader, createHeader, decodeHeader, encodeHeader, isChecksum, type Header } from './header.ts'

const plain = createHeader({
  pageSize: 4096,
  commit: 7,
  minTXID: toTxid(5n),
  maxTXID: toTxid(6n),
  timestampMs: 1_735_998_172_980,
})

const CHECKSUM = 0x8000_0000_0000_0001n

const good: readonly [situation: string, Partial<Header>][] = [
  ['defaults', {}],
  [
    'the widest fields',
    {
      maxTXID: toTxid(2n ** 64n - 1n),
      walOffset: 2n ** 63n - 1n,
      walSize: 2n ** 63n - 1n,
      walSalt1: 2 ** 32 - 1,
      walSalt2: 2 ** 32 - 1,
      nodeId: 2n ** 64n - 1n,
      commit: 2 ** 32 - 1,
    },
  ],
  ['a time before 1970', { timestampMs: -12_345 }],
  ['the latest safe time', { timestampMs: Number.MAX_SAFE_INTEGER }],
  ['the smallest page size', { pageSize: 512 }],
  ['the largest page size', { pageSize: 65_536 }],
  ['no WAL at all', { walOffset: 0n }],
  ['tracked checksums', { noChecksum: false, preApplyChecksum: CHECKSUM }],
  ['a full image with tracked checksums', { noChecksum: false, minTXID: toTxid(1n) }],
  [
    'an emptied database with tracked checksums',
    { noChecksum: false, preApplyChecksum: CHECKSUM, commit: 0 },
  ],
]

for (const [situation, fields] of good) {
  test(`header: ${situation} → reads back as itself`, () => {
    const header = { ...plain, ...fields }
    assert.deepEqual(decodeHeader(encodeHeader(header)), header)
  })
}

test('createHeader: only what must be said → what Litestream writes when nothing else is known', () => {
  assert.equal(plain.noChecksum, true)
  assert.equal(plain.walOffset, 32n)
  const zero = [plain.walSize, plain.walSalt1, plain.walSalt2, plain.nodeId, plain.preApplyChecksum]
  assert(zero.every((value) => BigInt(value) === 0n))
})

const wrong: readonly [situation: string, offset: number, Partial<Record<keyof Header, unknown>>][] = [
  ['page size 1', 8, { pageSize: 1 }],
  ['page size 256', 8, { pageSize: 256 }],
  ['page size 1000', 8, { pageSize: 1000 }],
  ['page size 131072', 8, { pageSize: 131_072 }],
  ['commit above 2^32-1', 12, { commit: 2 ** 32 }],
  ['half a page', 12, { commit: 1.5 }],
  ['commit 0 without checksums', 12, { commit: 0 }],
  ['min TXID 0', 16, { minTXID: 0n }],
  ['min TXID above max', 24, { minTXID: 7n }],
  ['max TXID of 65 bits', 24, { maxTXID: 2n ** 64n }],
  ['a time beyond 2^53', 32, { timestampMs: 2 ** 53 }],
  ['a time that is no number', 32, { timestampMs: Number.NaN }],
  ['negative WAL offset', 48, { walOffset: -1n }],
  ['WAL offset of 64 bits', 48, { walOffset: 2n ** 63n }],
  ['negative WAL size', 56, { walSize: -1n }],
  ['WAL size without an offset', 48, { walOffset: 0n, walSize: 1n }],
  ['salt 1 without an offset', 48, { walOffset: 0n, walSalt1: 1 }],
  ['salt 2 without an offset', 48, { walOffset: 0n, walSalt2: 1 }],
  ['negative salt', 64, { walSalt1: -1 }],
  ['node id of 65 bits', 72, { nodeId: 2n ** 64n }],
  ['pre-apply checksum without tracking', 40, { preApplyChecksum: CHECKSUM }],
  ['tracking without pre-apply checksum', 40, { noChecksum: false }],
  ['pre-apply checksum without flag bit', 40, { noChecksum: false, preApplyChecksum: 1n }],
  ['pre-apply checksum of a full image', 40, { noChecksum: false, minTXID: 1n, preApplyChecksum: CHECKSUM }],
]

for (const [situation, offset, fields] of wrong) {
  test(`checkHeader: ${situation} → LTX_BAD_FIELD at byte ${offset}`, () => {
    const header = { ...plain, ...fields } as Header
    assert.throws(() => checkHeader(header), { name: 'FormatError', code: 'LTX_BAD_FIELD', offset })
    assert.throws(() => encodeHeader(header), { name: 'FormatError', code: 'LTX_BAD_FIELD', offset })
  })
}

const changes: readonly [situation: string, code: string, change: (view: DataView) => void][] = [
  ['another magic', 'LTX_BAD_MAGIC', (view) => view.setUint8(3, 0x32)],
  ['flag bit 0', 'LTX_BAD_FIELD', (view) => view.setUint32(4, 1)],
  ['flag bit 31', 'LTX_BAD_FIELD', (view) => view.setUint32(4, 0x8000_0002)],
  ['the first reserved byte', 'LTX_BAD_FIELD', (view) => view.setUint8(80, 1)],
  ['the last reserved byte', 'LTX_BAD_FIELD', (view) => view.setUint8(99, 1)],
  ['a time of 2^53', 'LTX_BAD_FIELD', (view) => view.setBigInt64(32, 2n ** 53n)],
  ['a time of -2^63', 'LTX_BAD_FIELD', (view) => view.setBigInt64(32, -(2n ** 63n))],
]

for (const [situation, code, change] of changes) {
  test(`decodeHeader: ${situation} → ${code}`, () => {
    const bytes = encodeHeader(plain)
    change(viewOf(bytes))
    assert.throws(() => decodeHeader(bytes), { name: 'FormatError', code })
  })
}

test('decodeHeader: 99 bytes → LTX_TRUNCATED; more than 100 → the rest is not looked at', () => {
  const bytes = encodeHeader(plain)
  assert.throws(() => decodeHeader(bytes.subarray(0, 99)), { code: 'LTX_TRUNCATED' })
  assert.deepEqual(decodeHeader(Uint8Array.of(...bytes, 1, 2, 3)), plain)
})

test('isChecksum: 64 bits with the flag bit → true, else false', () => {
  assert(isChecksum(CHECKSUM))
  for (const value of [0n, 1n, 2n ** 63n - 1n, 2n ** 64n]) assert(!isChecksum(value))
})
