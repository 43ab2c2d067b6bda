import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toClientError, type ClientErrorCode } from '@ltx/client-core'
import { diagnose, WebdavResponseError, WebdavTransferError } from './errors.ts'

const native = (code: string): Error => Object.assign(new Error(code), { code })

const rows: readonly [error: Error, code: ClientErrorCode, words: RegExp][] = [
  [new WebdavResponseError(401, 'PUT', ''), 'CLIENT_DENIED', /webdav-password/],
  [new WebdavResponseError(403, 'PUT', ''), 'CLIENT_DENIED', /no permission/],
  [new WebdavResponseError(405, 'PUT', ''), 'CLIENT_BAD_OPTIONS', /WebDAV server/],
  [new WebdavResponseError(408, 'PUT', ''), 'CLIENT_UNREACHABLE', /wait/],
  [new WebdavResponseError(413, 'PUT', ''), 'CLIENT_BAD_OPTIONS', /client_max_body_size/],
  [new WebdavResponseError(423, 'PUT', ''), 'CLIENT_BUSY', /locked/],
  [new WebdavResponseError(429, 'PUT', ''), 'CLIENT_BUSY', /fewer/],
  [new WebdavResponseError(503, 'PUT', ''), 'CLIENT_BUSY', /later/],
  [new WebdavResponseError(507, 'PUT', ''), 'CLIENT_FULL', /quota/],
  [new WebdavResponseError(501, 'MOVE', ''), 'CLIENT_BAD_OPTIONS', /MOVE/],
  [new WebdavResponseError(500, 'PUT', 'boom'), 'CLIENT_UNREACHABLE', /boom/],
  [new WebdavResponseError(502, 'PUT', ''), 'CLIENT_UNREACHABLE', /502/],
  [new WebdavResponseError(502, 'MOVE', ''), 'CLIENT_UNREACHABLE', /proxy ends TLS/],
  [new WebdavResponseError(418, 'PUT', 'teapot'), 'CLIENT_UNEXPECTED', /teapot/],
  [new WebdavResponseError(301, 'PUT', '', 'https://there/x'), 'CLIENT_BAD_OPTIONS', /https:\/\/there\/x/],
  [new WebdavTransferError('3 bytes came'), 'CLIENT_UNREACHABLE', /3 bytes/],
  [native('ECONNREFUSED'), 'CLIENT_UNREACHABLE', /port/],
  [native('ENOTFOUND'), 'CLIENT_UNREACHABLE', /DNS/],
  [new AggregateError([native('ECONNREFUSED')]), 'CLIENT_UNREACHABLE', /port/],
  [new Error('wrapped', { cause: native('ETIMEDOUT') }), 'CLIENT_UNREACHABLE', /time limit/],
  [native('SELF_SIGNED_CERT_IN_CHAIN'), 'CLIENT_BAD_OPTIONS', /NODE_EXTRA_CA_CERTS/],
  [new Error('who knows'), 'CLIENT_UNEXPECTED', /who knows/],
]

for (const [error, code, words] of rows) {
  test(`diagnose: ${error.message} → ${code}`, () => {
    const told = toClientError(error, 'do it', diagnose)
    assert.equal(told.code, code)
    assert.match(told.message, words)
    assert.equal(told.cause, error)
  })
}
