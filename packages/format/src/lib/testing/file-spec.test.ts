import assert from 'node:assert/strict'
import { test } from 'vitest'
import { decodeFileSpec, encodeFileSpec } from './file-spec.ts'
import { patternedPage } from './patterned-page.ts'

test('FileSpec: only what must be said → a valid file with patterned pages', () => {
  const file = encodeFileSpec({
    minTXID: 1n,
    maxTXID: 7n,
    pageSize: 512,
    commit: 1,
    pages: [{ pageNumber: 1 }],
  })
  const spec = decodeFileSpec(file)
  assert.deepEqual(spec.pages, [{ pageNumber: 1, data: patternedPage(512, 1, 7n) }])
  assert.equal(spec.timestampMs, 0)
  assert.equal(spec.walOffset, 32n)
  assert.deepEqual(encodeFileSpec(spec), file)
})

test('encodeFileSpec: a spec that is no valid file → refused', () => {
  const spec = { minTXID: 2n, maxTXID: 2n, pageSize: 512, commit: 1 }
  assert.throws(() => encodeFileSpec({ ...spec, pages: [{ pageNumber: 2 }] }), RangeError)
  assert.throws(() => encodeFileSpec({ ...spec, pageSize: 500, pages: [] }), { name: 'FormatError' })
  assert.throws(() => encodeFileSpec({ ...spec, minTXID: 0n, pages: [] }), RangeError)
})

test('decodeFileSpec: an incomplete file → LTX_TRUNCATED', () => {
  assert.throws(() => decodeFileSpec(new Uint8Array(0)), { code: 'LTX_TRUNCATED' })
})
