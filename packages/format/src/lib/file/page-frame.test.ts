import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { lz4Bound, sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import { viewOf } from '../bytes/view-of.ts'
import type { FormatErrorCode } from '../errors.ts'
import { withByte } from '../testing/break-file.ts'
import { patternedPage } from '../testing/patterned-page.ts'
import { blockFrameBytes, blockFrameBytesMax, decodePage, readPageHeader } from './page-frame.ts'

const page = patternedPage(512, 7)

/** The first page of a file in the older encoding. */
const oldFile = new URL('../../../fixtures/frame-v051-incr-512/', import.meta.url)
const { pgno, offset, frameSize } = (
  JSON.parse(readFileSync(new URL('expect.json', oldFile), 'utf8')) as OldFile
).pages[0]
const oldFrame = new Uint8Array(readFileSync(new URL('file.ltx', oldFile))).slice(offset, offset + frameSize)

interface OldFile {
  readonly pages: readonly [{ readonly pgno: number; readonly offset: number; readonly frameSize: number }]
}

function frameOf(data: Uint8Array, change: (view: DataView) => void = () => {}): Uint8Array {
  const target = new Uint8Array(blockFrameBytesMax(data.length))
  const bytes = sharedKernels().encodePageFrame({ value: 0n }, 7, data, target, 0)
  const frame = target.slice(0, bytes)
  change(viewOf(frame))
  return frame
}

test('decodePage: a frame → its page number and page', () => {
  assert.deepEqual(decodePage(sharedKernels(), frameOf(page), 512, 100), { pageNumber: 7, data: page })
})

test('decodePage: a frame in the older encoding → its page number and page', () => {
  const { pageNumber, data } = decodePage(sharedKernels(), oldFrame, 512, 100)
  assert.equal(pageNumber, pgno)
  assert.equal(data.length, 512)
})

const refused: readonly [situation: string, Uint8Array, FormatErrorCode][] = [
  ['a frame cut short', frameOf(page).subarray(0, -1), 'LTX_TRUNCATED'],
  ['ten bytes', frameOf(page).subarray(0, 10), 'LTX_TRUNCATED'],
  ['a byte too many', Uint8Array.of(...frameOf(page), 0), 'LTX_BAD_FIELD'],
  ['page 0', frameOf(page, (view) => view.setUint32(0, 0)), 'LTX_BAD_FIELD'],
  [
    'page 0 without flags',
    frameOf(page, (view) => (view.setUint32(0, 0), view.setUint16(4, 0))),
    'LTX_BAD_FIELD',
  ],
  ['an unknown flag', frameOf(page, (view) => view.setUint16(4, 3)), 'LTX_BAD_FIELD'],
  ['an unknown flag of an older page', withByte(oldFrame, 5, 2), 'LTX_BAD_FIELD'],
  ['an older page cut short', oldFrame.subarray(0, -1), 'LTX_TRUNCATED'],
  ['an older page cut in its header', oldFrame.subarray(0, 12), 'LTX_TRUNCATED'],
  ['an older page and a byte', Uint8Array.of(...oldFrame, 0), 'LTX_BAD_FIELD'],
  ['the flag of the other format', frameOf(page, (view) => view.setUint16(4, 0)), 'LTX_BAD_FIELD'],
  ['an empty block', frameOf(page, (view) => view.setUint32(6, 0)), 'LTX_BAD_FIELD'],
  ['a block of 4 GiB', frameOf(page, (view) => view.setUint32(6, 2 ** 32 - 1)), 'LTX_LIMIT_EXCEEDED'],
  ['a page of another size', frameOf(new Uint8Array(1024)), 'LTX_BAD_FIELD'],
]

for (const [situation, frame, code] of refused) {
  test(`decodePage: ${situation} → ${code}`, () => {
    assert.throws(() => decodePage(sharedKernels(), frame, 512, 100), { name: 'FormatError', code })
  })
}

test('blockFrameBytes: the longest block of a page → allowed; a byte more → LTX_LIMIT_EXCEEDED', () => {
  const head = new Uint8Array(10)
  viewOf(head).setUint32(6, lz4Bound(512))
  assert.equal(blockFrameBytes(head, 0, 512, 100), blockFrameBytesMax(512))
  viewOf(head).setUint32(6, lz4Bound(512) + 1)
  assert.throws(() => blockFrameBytes(head, 0, 512, 100), { code: 'LTX_LIMIT_EXCEEDED' })
})

test('readPageHeader: six zero bytes → page 0, the end of the pages', () => {
  assert.deepEqual(readPageHeader(new Uint8Array(6), 0, 100), { pageNumber: 0, isBlock: false })
})
