import { createHash } from 'node:crypto'
import type { Env } from '@ltx/env'
import { badOptions } from './errors.ts'
import { isLocalHost } from './endpoints.ts'

/** How the server is to encrypt what it stores. */
export type Encryption =
  | { readonly kind: 'none' }
  | { readonly kind: 'kms'; readonly keyId: string }
  | { readonly kind: 'customer'; readonly key: string }
  | { readonly kind: 'customer-file'; readonly path: string; readonly md5: string | null }

export interface EncryptionOptions {
  readonly sseCustomerAlgorithm?: string | undefined
  readonly sseCustomerKey?: string | undefined
  readonly sseCustomerKeyMd5?: string | undefined
  readonly sseCustomerKeyPath?: string | undefined
  readonly sseKmsKeyId?: string | undefined
}

/** A key file is 44 characters; more than this is none. */
const KEY_FILE_BYTES_MAX = 4096

/** @throws {ClientError} `CLIENT_BAD_OPTIONS` */
export function checkEncryption(options: EncryptionOptions, endpoint: URL | null): Encryption {
  const { sseCustomerKey: key = '', sseCustomerKeyPath: path = '', sseKmsKeyId: keyId = '' } = options
  const { sseCustomerAlgorithm: algorithm = '', sseCustomerKeyMd5: md5 = '' } = options
  if (algorithm !== '' && algorithm !== 'AES256') {
    throw badOptions('sse-customer-algorithm must be AES256: there is no other')
  }
  const isCustomer = key !== '' || path !== ''
  if (isCustomer && keyId !== '') {
    throw badOptions('sse-customer-key and sse-kms-key-id exclude each other: give one of them')
  }
  if (keyId !== '') return { kind: 'kms', keyId }
  if (!isCustomer) return { kind: 'none' }
  if (endpoint?.protocol === 'http:' && !isLocalHost(endpoint.hostname)) {
    throw badOptions('sse-customer-key needs an https:// endpoint: over http:// everybody can read the key')
  }
  if (path !== '') return { kind: 'customer-file', path, md5: md5 === '' ? null : md5 }
  return { kind: 'customer', key: checkKey(key, md5 === '' ? null : md5) }
}

/** The customer's key in base64, read from its file where it is in one; `null` without one. */
export async function customerKey(encryption: Encryption, env: Env): Promise<string | null> {
  if (encryption.kind === 'customer') return encryption.key
  if (encryption.kind !== 'customer-file') return null
  await using handle = await openKey(encryption.path, env)
  const { size } = await handle.stat()
  if (size > KEY_FILE_BYTES_MAX) throw badOptions('the file of sse-customer-key-path is too large for a key')
  const bytes = new Uint8Array(size)
  const length = await handle.read(bytes, 0)
  return checkKey(new TextDecoder().decode(bytes.subarray(0, length)).trim(), encryption.md5)
}

async function openKey(path: string, env: Env): Promise<Awaited<ReturnType<Env['files']['open']>>> {
  try {
    return await env.files.open(path, 'read')
  } catch (cause) {
    throw Object.assign(badOptions(`cannot open the file of sse-customer-key-path, ${path}`), { cause })
  }
}

function checkKey(key: string, md5: string | null): string {
  const bytes = Buffer.from(key, 'base64')
  if (bytes.length !== 32 || bytes.toString('base64') !== key) {
    throw badOptions('sse-customer-key must be 32 bytes in base64, as `openssl rand -base64 32` prints them')
  }
  if (md5 !== null && createHash('md5').update(bytes).digest('base64') !== md5) {
    throw badOptions('sseCustomerKeyMD5 is not the MD5 of sse-customer-key')
  }
  return key
}
