import assert from 'node:assert/strict'
import { test } from 'vitest'
import { nodeEnv } from '@ltx/env/node'
import { Authentication } from './authentication.ts'

const { random } = nodeEnv()
const mufasa = { name: 'Mufasa', password: 'Circle of Life' }

test('Authentication: before the server has asked → nothing is said', () => {
  assert.equal(new Authentication(mufasa, random).introduce('GET', '/').header, undefined)
})

test('Authentication: asked for Basic → user and password, in UTF-8', () => {
  const authentication = new Authentication({ name: 'u', password: 'pä' }, random)
  const first = authentication.introduce('GET', '/')
  assert.equal(authentication.refused(first, 'Negotiate, Basic realm="a, Digest b"'), true)
  const { header } = authentication.introduce('GET', '/')
  assert.equal(header, `Basic ${Buffer.from('u:pä').toString('base64')}`)
})

test('Authentication: the example of RFC 7616 → its response, by its client nonce', () => {
  const fixed = { next: () => 0, hex: () => 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' }
  const authentication = new Authentication(mufasa, fixed)
  const challenges =
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
  authentication.refused(authentication.introduce('GET', '/dir/index.html'), challenges)
  const { header = '' } = authentication.introduce('GET', '/dir/index.html')
  assert.match(header, /response="8ca523f5e9506fed4657c9700eebdbec"/)
  assert.match(header, /nc=00000001/)
})

test('Authentication: the example of RFC 7616 with SHA-256 as well → the stronger one', () => {
  const fixed = { next: () => 0, hex: () => 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' }
  const authentication = new Authentication(mufasa, fixed)
  const rest =
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
  const one = (algorithm: string): string =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ${rest}`
  authentication.refused(
    authentication.introduce('GET', '/dir/index.html'),
    `Basic realm="x", ${one('MD5')}, ${one('SHA-256')}`,
  )
  const { header = '' } = authentication.introduce('GET', '/dir/index.html')
  assert.match(header, /response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"/)
})

const digest = (nonce: string, more: string = ''): string =>
  `Digest realm="r", nonce="${nonce}", qop="auth"${more}`

const rows: readonly [what: string, challenges: readonly string[], answers: readonly boolean[]][] = [
  ['Basic twice', ['Basic realm="r"', 'Basic realm="r"'], [true, false]],
  ['a nonce that was never good, another one', [digest('a'), digest('b')], [true, false]],
  ['a nonce that has run out', [digest('a'), digest('b', ', stale=true')], [true, true]],
  ['a scheme that nobody here knows', ['Negotiate'], [false]],
  ['Digest with an algorithm of its own', ['Digest realm="r", nonce="n", algorithm=SHA-512-256'], [false]],
  ['Digest with auth-int alone', ['Digest realm="r", nonce="n", qop="auth-int"'], [false]],
  ['no challenge', [''], [false]],
]

for (const [what, challenges, answers] of rows) {
  test(`Authentication: refused with ${what} → ${answers.join(', ')}`, () => {
    const authentication = new Authentication(mufasa, random)
    const given = challenges.map((challenge) =>
      authentication.refused(authentication.introduce('GET', '/'), challenge),
    )
    assert.deepEqual(given, answers)
  })
}

test('Authentication: a nonce that was good and is not known any more → another one is tried, though nobody said stale', () => {
  const authentication = new Authentication(mufasa, random)
  authentication.refused(authentication.introduce('GET', '/'), digest('a'))
  authentication.accepted(authentication.introduce('GET', '/'))
  assert.equal(authentication.refused(authentication.introduce('GET', '/'), digest('b')), true)
  assert.match(authentication.introduce('GET', '/').header ?? '', /nonce="b"/)
})

test('Authentication: nobody to introduce → gives up at once', () => {
  const authentication = new Authentication(null, random)
  assert.equal(authentication.refused(authentication.introduce('GET', '/'), 'Basic realm="r"'), false)
})
