import assert from 'node:assert/strict'
import { sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import { CHECKSUM_FLAG } from '../constants.ts'
import { pageChecksum } from './page-checksum.ts'

test('pageChecksum: a page → CRC of its number and data, with the flag bit', () => {
  const data = new Uint8Array(512).fill(3)
  const numbered = Uint8Array.of(0, 0, 1, 2, ...data)
  assert.equal(pageChecksum(258, data), CHECKSUM_FLAG | sharedKernels().crc64(0n, numbered))
  assert.notEqual(pageChecksum(258, data), pageChecksum(259, data))
})
