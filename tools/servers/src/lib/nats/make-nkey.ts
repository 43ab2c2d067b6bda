import { generateKeyPairSync } from 'node:crypto'

export interface Nkey {
  /** What the client keeps: `SU…`. */
  readonly seed: string
  /** What the server is told: `U…`. */
  readonly publicKey: string
}

const PREFIX_SEED = 18 << 3 // S
const PREFIX_USER = 20 << 3 // U
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * A new Ed25519 key pair in the spelling of NATS: prefix, key, CRC-16, in base32.
 *
 * @see github.com/nats-io/nkeys, "strkey.go"
 */
export function makeNkey(): Nkey {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return nkeyOf(Buffer.from(jwk.d ?? '', 'base64url'), Buffer.from(jwk.x ?? '', 'base64url'))
}

export function nkeyOf(seed: Uint8Array, publicKey: Uint8Array): Nkey {
  const seedPrefix = [PREFIX_SEED | (PREFIX_USER >> 5), (PREFIX_USER & 31) << 3]
  return { seed: spelled([...seedPrefix, ...seed]), publicKey: spelled([PREFIX_USER, ...publicKey]) }
}

function spelled(bytes: readonly number[]): string {
  const checksum = crc16(bytes)
  return base32([...bytes, checksum & 0xff, checksum >> 8])
}

/** CRC-16/XMODEM. */
function crc16(bytes: readonly number[]): number {
  let checksum = 0
  for (const byte of bytes) {
    checksum ^= byte << 8
    for (let bit = 0; bit < 8; bit++) {
      checksum = (checksum & 0x8000) === 0 ? checksum << 1 : (checksum << 1) ^ 0x1021
    }
    checksum &= 0xffff
  }
  return checksum
}

function base32(bytes: readonly number[]): string {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const digits = bits.match(/.{1,5}/g) ?? []
  return digits.map((digit) => ALPHABET[Number.parseInt(digit.padEnd(5, '0'), 2)]).join('')
}
