import { createHash } from 'node:crypto'

/** A public key of a server. */
export interface HostKey {
  /** `ssh-ed25519`, `ssh-rsa` … */
  readonly type: string
  /** As it goes over the wire. */
  readonly blob: Buffer
}

const KEY_TYPE = /^(?:ssh-|ecdsa-sha2-|sk-)[\w@.-]+$/

/** Reads the first key in words as `ssh-ed25519 AAAA… comment`, whatever stands before it; `null` when there is none. */
export function parseHostKey(line: string): HostKey | null {
  const words = line.trim().split(/\s+/)
  const at = words.findIndex((word) => KEY_TYPE.test(word))
  const [type, base64] = [words[at], words[at + 1]]
  if (type === undefined || base64 === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null
  const blob = Buffer.from(base64, 'base64')
  return typeOf(blob) === type ? { type, blob } : null
}

/** The type that a key says of itself; empty when it is none. */
export function typeOf(blob: Buffer): string {
  if (blob.length < 4) return ''
  const length = blob.readUInt32BE(0)
  return length > blob.length - 4 ? '' : blob.toString('latin1', 4, 4 + length)
}

/** `SHA256:…`, as `ssh-keygen -l` prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}
