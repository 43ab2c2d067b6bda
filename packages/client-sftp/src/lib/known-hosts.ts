import { createHmac } from 'node:crypto'
import { parseHostKey, type HostKey } from './host-key.ts'

/** What a known_hosts file says of one server. */
export interface KnownKeys {
  /** Any of these is right. Empty: the file does not know the server. */
  readonly keys: readonly HostKey[]
  /** Never right. */
  readonly revoked: readonly HostKey[]
}

/**
 * The keys that OpenSSH's known_hosts has for a server. Names may be hashed, or patterns; lines about certificate authorities are passed
 * over, and so is whatever cannot be read.
 *
 * @see sshd(8), SSH_KNOWN_HOSTS FILE FORMAT
 */
export function knownKeys(text: string, host: string, port: number): KnownKeys {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
  const keys: HostKey[] = []
  const revoked: HostKey[] = []
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/)
    const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined
    const [names, ...rest] = words
    if (names === undefined || names === '' || names.startsWith('#') || !matches(names, name)) continue
    const key = parseHostKey(rest.join(' '))
    if (key === null) continue
    if (marker === undefined) keys.push(key)
    if (marker === '@revoked') revoked.push(key)
  }
  return { keys, revoked }
}

function matches(names: string, name: string): boolean {
  if (names.startsWith('|1|')) {
    const [, , salt = '', hash] = names.split('|')
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
  }
  let found = false
  for (const each of names.toLowerCase().split(',')) {
    const negated = each.startsWith('!')
    if (!patternOf(negated ? each.slice(1) : each).test(name)) continue
    if (negated) return false
    found = true
  }
  return found
}

function patternOf(text: string): RegExp {
  const source = text
    .replace(/[^\w*?]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`)
}
