import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toClientError } from '@ltx/client-core'
import { diagnose, diagnoseRead } from './errors.ts'

const native = (code: string): Error => Object.assign(new Error(`${code}: x`), { code })

for (const [code, clientCode, advice, hint] of [
  ['ENOSPC', 'CLIENT_FULL', 'give-up', /free some space/],
  ['EDQUOT', 'CLIENT_FULL', 'give-up', /quota/],
  ['EACCES', 'CLIENT_DENIED', 'give-up', /permission/],
  ['EPERM', 'CLIENT_DENIED', 'give-up', /permission/],
  ['EROFS', 'CLIENT_DENIED', 'give-up', /read-only/],
  ['EMFILE', 'CLIENT_BUSY', 'retry', /ulimit -n/],
  ['ESTALE', 'CLIENT_UNREACHABLE', 'retry', /mount/],
  ['EIO', 'CLIENT_UNEXPECTED', 'retry', /check the disk/],
  ['ENOTDIR', 'CLIENT_BAD_OPTIONS', 'give-up', /is a file/],
  ['ENOENT', 'CLIENT_UNEXPECTED', 'retry', /removed/],
  ['EWHATEVER', 'CLIENT_UNEXPECTED', 'give-up', /EWHATEVER: x/],
] as const) {
  test(`file errors: ${code} → ${clientCode}, ${advice}, and a word on what to do`, () => {
    const error = native(code)
    const translated = toClientError(error, 'write it', diagnose)
    assert.deepEqual([translated.code, translated.advice, translated.cause], [clientCode, advice, error])
    assert.match(translated.message, hint)
  })
}

test('file errors: reading a missing name, or a directory → CLIENT_NOT_FOUND; no permission stays what it is', () => {
  assert.equal(diagnoseRead(native('ENOENT')).code, 'CLIENT_NOT_FOUND')
  assert.equal(diagnoseRead(native('EISDIR')).code, 'CLIENT_NOT_FOUND')
  assert.equal(diagnoseRead(native('EACCES')).code, 'CLIENT_DENIED')
})
