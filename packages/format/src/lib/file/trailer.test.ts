import assert from 'node:assert/strict'
import { test } from 'vitest'
import { CHECKSUM_FLAG } from '../constants.ts'
import { toTxid } from '../ids/txid.ts'
import { createHeader } from './header.ts'
import { checksummedTrailer, decodeTrailer, encodeTrailer, postApplyDefect } from './trailer.ts'

test('trailer: two checksums → read back; only the first is part of the file checksum', () => {
  const trailer = { postApplyChecksum: CHECKSUM_FLAG | 5n, fileChecksum: CHECKSUM_FLAG | 6n }
  const bytes = encodeTrailer(trailer)
  assert.deepEqual(decodeTrailer(bytes), trailer)
  assert.deepEqual([...checksummedTrailer(bytes)], [0x80, 0, 0, 0, 0, 0, 0, 5])
})

const ids = { minTXID: toTxid(2n), maxTXID: toTxid(2n), timestampMs: 0, pageSize: 512 }
const untracked = createHeader({ ...ids, commit: 1 })
const tracked = createHeader({ ...ids, commit: 1, noChecksum: false, preApplyChecksum: CHECKSUM_FLAG })
const emptied = { ...tracked, commit: 0 }
const VALUE = CHECKSUM_FLAG | 5n

test('postApplyDefect: what each kind of file must have → no defect', () => {
  assert.equal(postApplyDefect(untracked, 0n, null), null)
  assert.equal(postApplyDefect(tracked, VALUE, null), null)
  assert.equal(postApplyDefect(tracked, VALUE, VALUE), null)
  assert.equal(postApplyDefect(emptied, CHECKSUM_FLAG, null), null)
})

test('postApplyDefect: present untracked, missing, without flag, not that of the pages, not that of nothing → a defect', () => {
  assert(postApplyDefect(untracked, VALUE, null))
  assert(postApplyDefect(tracked, 0n, null))
  assert(postApplyDefect(tracked, 5n, null))
  assert(postApplyDefect(tracked, VALUE, VALUE + 1n))
  assert(postApplyDefect(emptied, VALUE, null))
})
