import assert from 'node:assert/strict'
import { test } from 'vitest'
import { WebdavResponseError } from './errors.ts'
import { failureIn, parseEntries, partsOf } from './multistatus.ts'

const wrapped = (responses: string, prefix: string = 'd'): string =>
  `<?xml version="1.0"?><${prefix}:multistatus xmlns:${prefix}="DAV:">${responses}</${prefix}:multistatus>`

const file = (href: string, size: string = '5', status: string = 'HTTP/1.1 200 OK'): string =>
  `<d:response><d:href>${href}</d:href><d:propstat><d:prop><d:resourcetype/><d:getcontentlength>${size}</d:getcontentlength>` +
  `<d:getlastmodified>Tue, 14 Nov 2023 22:13:20 GMT</d:getlastmodified></d:prop><d:status>${status}</d:status></d:propstat></d:response>`

test('parseEntries: files and collections, by path or URL, encoded → as they are', async () => {
  const collection = `<d:response><d:href>/a%20b/</d:href><d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`
  const entries = await parseEntries(wrapped(collection + file('https://h/a%20b/x&amp;y%25.ltx')))
  assert.deepEqual(entries, [
    { name: 'a b', depth: 1, isCollection: true, size: null, modifiedAtMs: null },
    { name: 'x&y%.ltx', depth: 2, isCollection: false, size: 5, modifiedAtMs: 1_700_000_000_000 },
  ])
})

test('parseEntries: names that look like numbers → texts', async () => {
  const [entry] = await parseEntries(wrapped(file('0010')))
  assert.equal(entry?.name, '0010')
})

test('parseEntries: no responses → none', async () => {
  assert.deepEqual(await parseEntries(wrapped('')), [])
})

test('parseEntries: another prefix, attributes → read as well', async () => {
  const text =
    '<multistatus xmlns="DAV:"><response><href>/x</href><propstat><prop><getcontentlength xmlns:b="urn:x" b:dt="int">7</getcontentlength></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>'
  assert.equal((await parseEntries(text))[0]?.size, 7)
})

test('parseEntries: a size that is none, properties that are refused → the size is not known', async () => {
  const sizes = await Promise.all(
    [
      file('/x', '-1'),
      file('/x', 'many'),
      file('/x', '1.5'),
      file('/x', ''),
      file('/x', '5', 'HTTP/1.1 403 Forbidden'),
    ].map(async (each) => (await parseEntries(wrapped(each)))[0]?.size),
  )
  assert.deepEqual(sizes, [null, null, null, null, null])
})

const about = (status: string): string =>
  `<d:response><d:href>/x</d:href><d:status>HTTP/1.1 ${status}</d:status></d:response>`

test('parseEntries: a part has vanished → left out', async () => {
  assert.deepEqual(await parseEntries(wrapped(about('404 Not Found'))), [])
})

test('parseEntries: the server has cut the list short → a failure, not a short list', async () => {
  await assert.rejects(
    parseEntries(wrapped(file('/x') + about('507 Insufficient Storage'))),
    (error) => error instanceof WebdavResponseError && error.status === 507,
  )
})

test('parseEntries: something else than a multistatus → a failure', async () => {
  for (const text of ['', 'hello', '<html></html>', '{}']) await assert.rejects(parseEntries(text))
})

test('parseEntries: ten thousand files below a name with an ampersand → all of them', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => file(`/R&amp;D/db&#38;1/${index}`)).join('')
  const entries = await parseEntries(wrapped(many))
  assert.equal(entries.length, 10_000)
  assert.equal(entries.at(-1)?.name, '9999')
})

test('failureIn: the first that failed; none → null', async () => {
  assert.equal(await failureIn(wrapped(about('200 OK') + about('423 Locked'))), 423)
  assert.equal(await failureIn(wrapped(file('/x'))), null)
})

test('partsOf: a percent sign that encodes nothing → as it stands there', () => {
  assert.deepEqual(partsOf('/a%zz//b%20c/'), ['a%zz', 'b c'])
})
