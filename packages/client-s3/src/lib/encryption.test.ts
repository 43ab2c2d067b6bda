import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { checkEncryption, customerKey, type EncryptionOptions } from './encryption.ts'

const bytes = Buffer.alloc(32, 7)
const sseCustomerKey = bytes.toString('base64')
const md5 = createHash('md5').update(bytes).digest('base64')
const https = new URL('https://example.com')
const env = nodeEnv()

const bad: readonly [what: string, options: EncryptionOptions, endpoint?: string][] = [
  ['another algorithm', { sseCustomerAlgorithm: 'AES128', sseCustomerKey }],
  ['a customer key and a KMS key', { sseCustomerKey, sseKmsKeyId: 'alias/x' }],
  ['a key file and a KMS key', { sseCustomerKeyPath: '/k', sseKmsKeyId: 'alias/x' }],
  ['no base64', { sseCustomerKey: '%%%' }],
  ['16 bytes', { sseCustomerKey: Buffer.alloc(16).toString('base64') }],
  ['33 bytes', { sseCustomerKey: Buffer.alloc(33).toString('base64') }],
  ['an MD5 of another key', { sseCustomerKey, sseCustomerKeyMd5: 'x' }],
  ['http:// to a foreign host', { sseCustomerKey }, 'http://example.com'],
  ['http:// to a foreign host, key in a file', { sseCustomerKeyPath: '/k' }, 'http://172.32.0.1'],
]

for (const [what, options, endpoint] of bad) {
  test(`checkEncryption: ${what} → CLIENT_BAD_OPTIONS, without the key`, () => {
    assert.throws(
      () => checkEncryption(options, endpoint === undefined ? https : new URL(endpoint)),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && !error.message.includes(sseCustomerKey),
    )
  })
}

test('checkEncryption: http:// to this machine or a private network → fine', () => {
  for (const host of ['localhost', '127.0.0.1', '192.168.1.1', '172.17.0.1', '10.0.0.1']) {
    const encryption = checkEncryption({ sseCustomerKey }, new URL(`http://${host}:9000`))
    assert.deepEqual(encryption, { kind: 'customer', key: sseCustomerKey })
  }
})

test('checkEncryption: nothing, an algorithm alone, an empty key → none', () => {
  for (const options of [{}, { sseCustomerAlgorithm: 'AES256' }, { sseCustomerKey: '', sseKmsKeyId: '' }]) {
    assert.deepEqual(checkEncryption(options, https), { kind: 'none' })
  }
})

test('checkEncryption: a KMS key, a customer key with its MD5 → taken', () => {
  for (const keyId of ['arn:aws:kms:us-east-1:1:key/k', 'alias/x']) {
    assert.deepEqual(checkEncryption({ sseKmsKeyId: keyId }, null), { kind: 'kms', keyId })
  }
  const encryption = checkEncryption(
    { sseCustomerKey, sseCustomerKeyMd5: md5, sseCustomerAlgorithm: 'AES256' },
    null,
  )
  assert.deepEqual(encryption, { kind: 'customer', key: sseCustomerKey })
})

test('customerKey: a file → read without the line end, wins over the inline key; a bad or missing one → CLIENT_BAD_OPTIONS', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ltx-s3-key-'))
  try {
    const path = join(folder, 'key')
    const encryption = checkEncryption({ sseCustomerKey: 'ignored', sseCustomerKeyPath: path }, null)
    await assert.rejects(customerKey(encryption, env), (error) => isClientError(error, 'CLIENT_BAD_OPTIONS'))
    writeFileSync(path, ` ${sseCustomerKey}\n`)
    assert.equal(await customerKey(encryption, env), sseCustomerKey)
    for (const content of ['short', 'x'.repeat(10_000)]) {
      writeFileSync(path, content)
      await assert.rejects(customerKey(encryption, env), (error) =>
        isClientError(error, 'CLIENT_BAD_OPTIONS'),
      )
    }
    assert.equal(await customerKey({ kind: 'none' }, env), null)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
