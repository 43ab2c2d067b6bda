import assert from 'node:assert/strict'
import { test } from 'vitest'
import { requestTarget } from './request-target.ts'

const place = { bucket: 'b', key: 'p/0000/x', pathStyle: false }

test('requestTarget: a key → as it is, in the path or after the bucket', () => {
  assert.equal(requestTarget(place, {}, {}), '/p/0000/x')
  assert.equal(requestTarget({ ...place, pathStyle: true }, {}, {}), '/b/p/0000/x')
  assert.equal(requestTarget({ ...place, key: '', pathStyle: true }, {}, {}), '/b/')
})

test('requestTarget: dots, slashes and odd letters → kept to the byte, and escaped', () => {
  assert.equal(requestTarget({ ...place, key: './0000/x' }, {}, {}), '/./0000/x')
  assert.equal(requestTarget({ ...place, key: '/0000/x' }, {}, {}), '//0000/x')
  assert.equal(requestTarget({ ...place, key: 'a b+é(1)?' }, {}, {}), '/a%20b%2B%C3%A9%281%29%3F')
})

test('requestTarget: parameters → words without a value have no sign, and no value is ever empty', () => {
  const query = { prefix: 'a b', marker: '', 'max-keys': 3, token: undefined }
  assert.equal(
    requestTarget({ ...place, key: '' }, query, { uploads: null }),
    '/?prefix=a%20b&max-keys=3&uploads',
  )
})
