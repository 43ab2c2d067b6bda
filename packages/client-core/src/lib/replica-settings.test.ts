import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from './errors.ts'
import { refuseUnknown, refuseUnknownKeys } from './replica-settings.ts'

test('refuseUnknown: known names → nothing; a typing error → the nearest; something else → all that are known', () => {
  const known = ['region', 'endpoint']
  refuseUnknown('s3', ['region'], known)
  const messageOf = (name: string): string => {
    try {
      refuseUnknown('s3', [name], known)
    } catch (error) {
      assert.ok(isClientError(error, 'CLIENT_BAD_OPTIONS'))
      return error.message
    }
    throw new assert.AssertionError({ message: 'it did not throw' })
  }
  assert.match(messageOf('regoin'), /s3: there is no option "regoin"; did you mean "region"\?/)
  assert.match(messageOf('xyz'), /known are region, endpoint/)
  assert.throws(
    () => refuseUnknown('nats URL', ['tls'], []),
    /nats URL: there is no option "tls"; it takes none/,
  )
})

test('refuseUnknown: a piece of a password among the names → none of them is shown', () => {
  assert.throws(
    () => refuseUnknown('nats URL', ['secret', '@host/bucket'], []),
    /^ClientError: CLIENT_BAD_OPTIONS: nats URL: there is no option "…" \(not shown, for it may hold a password\); it takes none$/,
  )
})

test('refuseUnknownKeys: a key of another storage → fine; one that no storage has → the nearest', () => {
  refuseUnknownKeys('sftp', { keys: { region: 'r', host: 'h' }, environment: {} })
  assert.throws(
    () => refuseUnknownKeys('sftp', { keys: { 'key-pth': 'k' }, environment: {} }),
    /no option "key-pth"; did you mean "key-path"/,
  )
})
