import { createHash } from 'node:crypto'
import type { Random } from '@ltx/env'

export interface User {
  readonly name: string
  readonly password: string
}

/** How a request introduces itself; `null` until the server has said what it wants. */
type Scheme = { readonly kind: 'basic' } | DigestScheme | null

interface DigestScheme {
  readonly kind: 'digest'
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  /** As the server wrote it. */
  readonly algorithm: string | undefined
  readonly hash: string
  readonly session: boolean
  readonly qop: boolean
  /** Requests that have used the nonce. */
  uses: number
  /** The server took a request with it: a later refusal is about the nonce, not about the password. */
  proven: boolean
}

/** One request's introduction. */
export interface Introduction {
  /** Value of `authorization`; `undefined`: none. */
  readonly header: string | undefined
  readonly scheme: Scheme
}

const HASHES: Readonly<Record<string, string>> = { 'sha-256': 'sha256', md5: 'md5' }

/**
 * Basic and Digest, whichever the server asks for: nothing is sent before it has asked, and never a password where it takes a digest.
 *
 * @see RFC 7616, RFC 7617
 */
export class Authentication {
  readonly #user: User | null
  readonly #random: Random
  #scheme: Scheme = null

  constructor(user: User | null, random: Random) {
    this.#user = user
    this.#random = random
  }

  /** @param target Path and query, as the request line has them */
  introduce(method: string, target: string): Introduction {
    const scheme = this.#scheme
    if (scheme === null || this.#user === null) return { header: undefined, scheme }
    const { name, password } = this.#user
    if (scheme.kind === 'basic') {
      return { header: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`, scheme }
    }
    return { header: digestHeader(scheme, this.#user, method, target, this.#random.hex(16)), scheme }
  }

  /** The server has taken the request. */
  accepted({ scheme }: Introduction): void {
    if (scheme?.kind === 'digest') scheme.proven = true
  }

  /**
   * The server has answered 401.
   *
   * @param challenges Value of `www-authenticate`
   * @returns whether another introduction has a chance
   */
  refused({ scheme }: Introduction, challenges: string | undefined): boolean {
    if (this.#user === null) return false
    if (scheme !== this.#scheme) return true // another request has learnt something meanwhile
    const wanted = bestOf(challenges ?? '')
    if (wanted === null || scheme?.kind === 'basic') return false
    if (scheme?.kind === 'digest' && !scheme.proven && !wanted.stale) return false
    this.#scheme = wanted.scheme
    return true
  }
}

function digestHeader(
  scheme: DigestScheme,
  user: User,
  method: string,
  target: string,
  cnonce: string,
): string {
  const { realm, nonce, opaque, algorithm, qop } = scheme
  const hashed = (text: string): string => createHash(scheme.hash).update(text).digest('hex')
  const count = (++scheme.uses).toString(16).padStart(8, '0')
  const secret = hashed(`${user.name}:${realm}:${user.password}`)
  const who = scheme.session ? hashed(`${secret}:${nonce}:${cnonce}`) : secret
  const asked = hashed(`${method}:${target}`)
  const response = hashed(
    qop ? `${who}:${nonce}:${count}:${cnonce}:auth:${asked}` : `${who}:${nonce}:${asked}`,
  )
  const fields = [
    `username=${quoted(user.name)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(target)}`,
    `response="${response}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(qop ? [`qop=auth`, `nc=${count}`] : []),
    ...(qop || scheme.session ? [`cnonce="${cnonce}"`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ]
  return Buffer.from(`Digest ${fields.join(', ')}`).toString('latin1') // UTF-8, byte by byte
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/** The strongest that we know of; `null`: none. */
function bestOf(challenges: string): { readonly scheme: Scheme; readonly stale: boolean } | null {
  const offered = parseChallenges(challenges)
  const digests = offered.flatMap(({ name, fields }) => {
    const scheme = name === 'digest' ? digestOf(fields) : null
    return scheme === null ? [] : [{ scheme, stale: fields.get('stale')?.toLowerCase() === 'true' }]
  })
  const best = digests.find(({ scheme }) => scheme.hash === 'sha256') ?? digests[0]
  if (best !== undefined) return best
  return offered.some(({ name }) => name === 'basic') ? { scheme: { kind: 'basic' }, stale: false } : null
}

function digestOf(fields: ReadonlyMap<string, string>): DigestScheme | null {
  const algorithm = fields.get('algorithm')
  const [, name = '', session] = /^(.+?)(-sess)?$/.exec((algorithm ?? 'MD5').toLowerCase()) ?? []
  const hash = HASHES[name]
  const nonce = fields.get('nonce')
  const qops = fields
    .get('qop')
    ?.toLowerCase()
    .split(/\s*,\s*/)
  if (hash === undefined || nonce === undefined || (qops !== undefined && !qops.includes('auth'))) return null
  return {
    kind: 'digest',
    realm: fields.get('realm') ?? '',
    nonce,
    opaque: fields.get('opaque'),
    algorithm,
    hash,
    session: session !== undefined,
    qop: qops !== undefined,
    uses: 0,
    proven: false,
  }
}

interface Challenge {
  readonly name: string
  readonly fields: Map<string, string>
}

/** Several may stand in one header, with commas between them and within them. */
function parseChallenges(text: string): Challenge[] {
  const found: Challenge[] = []
  const token =
    /(?<key>[\w-]+)\s*=\s*(?:"(?<text>(?:[^"\\]|\\.)*)"|(?<word>[^\s,"]+))|(?<scheme>[A-Za-z][\w-]*)/g
  for (const { groups = {} } of text.matchAll(token)) {
    const { key, text: inQuotes, word, scheme } = groups
    if (scheme !== undefined) found.push({ name: scheme.toLowerCase(), fields: new Map() })
    else if (key !== undefined) {
      found.at(-1)?.fields.set(key.toLowerCase(), inQuotes?.replaceAll(/\\(.)/g, '$1') ?? word ?? '')
    }
  }
  return found
}
