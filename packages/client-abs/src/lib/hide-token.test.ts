import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hideToken } from './hide-token.ts'

const TOKEN = 'sv=2024-11-04&sp=rcwdl&sig=ab%2bc%3D'

test.each(['ab%2bc%3D', 'ab%2Bc%3D', 'ab+c='])(
  'hideToken: an answer that repeats the signature as %s → it is hidden, in causes and stacks too',
  (signature) => {
    const cause = new Error(`no such page: /container?sig=${signature}&comp=list`)
    const error = new Error(`cannot: ${cause.message}`, { cause })
    hideToken(error, TOKEN)
    for (const each of [error, cause]) {
      assert.ok(!`${each.message} ${each.stack}`.includes(signature))
      assert.match(each.message, /sig=REDACTED&comp=list/)
    }
  },
)

test('hideToken: no signature, no error → nothing happens', () => {
  const error = new Error('sig=')
  hideToken(error, 'sv=1')
  hideToken('text', TOKEN)
  assert.equal(error.message, 'sig=')
})
