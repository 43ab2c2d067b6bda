import assert from 'node:assert/strict'
import { test } from 'vitest'
import { encodeMeta, metaSubject, parseMeta, sameDigest } from './object-meta.ts'

const place = { sequence: 7, storedAtMs: 9 }
const object = {
  bucket: 'b',
  name: 'ltx/0/0000000000000001-0000000000000001.ltx',
  nuid: 'abc',
  size: 10,
  chunks: 1,
  chunkBytes: 131_072,
  digest: 'x==',
  timestampMs: 1_700_000_000_120,
  earliestAtMs: 1_600_000_000_000,
  nowMs: 0,
}

test('encodeMeta: an object → the fields that every client of object stores reads', () => {
  assert.deepEqual(JSON.parse(encodeMeta(object)), {
    name: object.name,
    headers: {
      'Litestream-Timestamp': ['2023-11-14T22:13:20.12Z'],
      'Ltx-Earliest-Timestamp': ['2020-09-13T12:26:40Z'],
    },
    options: { max_chunk_size: 131_072 },
    bucket: 'b',
    nuid: 'abc',
    size: 10,
    mtime: '1970-01-01T00:00:00.000Z',
    chunks: 1,
    digest: 'SHA-256=x==',
  })
})

test('parseMeta: what was encoded → the same again', () => {
  const { name, nuid, size, chunks, digest, timestampMs, earliestAtMs } = object
  const known = { name, nuid, size, chunks, digest, timestampMs, earliestAtMs }
  assert.deepEqual(parseMeta(encodeMeta(object), place), { ...known, deleted: false, ...place })
})

test('parseMeta: as Litestream writes it, and what is left after it deletes → understood', () => {
  const written =
    '{"name":"ltx/0/x","headers":{"Litestream-Timestamp":["2025-01-02T03:04:05.678Z"]},"options":{"max_chunk_size":131072},' +
    '"bucket":"b","nuid":"N1","size":5,"mtime":"0001-01-01T00:00:00Z","chunks":2,"digest":"SHA-256=abc="}'
  assert.equal(parseMeta(written, place)?.timestampMs, Date.UTC(2025, 0, 2, 3, 4, 5, 678))
  const deleted =
    '{"name":"ltx/0/x","bucket":"b","nuid":"N1","size":0,"mtime":"0001-01-01T00:00:00Z","chunks":0,"deleted":true}'
  const meta = parseMeta(deleted, place)
  assert.deepEqual([meta?.deleted, meta?.digest, meta?.timestampMs], [true, null, null])
})

const others: readonly string[] = [
  '',
  'null',
  '7',
  '{}',
  '{"name":"l","options":{"link":{"bucket":"b","name":"n"}}}',
  '{"name":"l","nuid":"a.b","size":1,"chunks":1}',
  '{"name":"l","nuid":"a","size":-1,"chunks":1}',
  '{"name":"l","nuid":"a","size":1.5,"chunks":1}',
]
for (const text of others) {
  test(`parseMeta: ${JSON.stringify(text)} → no object`, () => assert.equal(parseMeta(text, place), null))
}

for (const header of ['"x"', '[]', '[7]', '["soon"]', 'null']) {
  test(`parseMeta: a timestamp ${header} → not known`, () => {
    const text = `{"name":"l","nuid":"a","size":1,"chunks":1,"headers":{"Litestream-Timestamp":${header}}}`
    assert.equal(parseMeta(text, place)?.timestampMs, null)
  })
}

test('metaSubject: names of any length → base64url with its padding, as other clients spell it', () => {
  assert.equal(metaSubject('b', 'abc'), '$O.b.M.YWJj')
  assert.equal(metaSubject('b', 'ab'), '$O.b.M.YWI=')
  assert.equal(metaSubject('b', 'a'), '$O.b.M.YQ==')
  assert.equal(metaSubject('b', 'é?>'), '$O.b.M.w6k_Pg==') // UTF-8, as in Go
})

test('sameDigest: with and without padding → the same; another → not', () => {
  assert.equal(sameDigest('ab=', 'ab'), true)
  assert.equal(sameDigest('ab', 'ac'), false)
})
