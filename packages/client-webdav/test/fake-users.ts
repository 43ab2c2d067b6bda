import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Refusal } from './fake-tree.ts'

export const USER = 'nobody "in particular"'
export const PASSWORD = 'p:äss"wörd\\'

const REALM = 'fake'

export type FakeScheme = 'basic' | 'digest' | 'digest-sha-256' | 'digest-sess' | 'digest-without-qop' | 'both'

/** Basic and Digest as servers check them, with nonces that run out. */
export class FakeUsers {
  readonly scheme: FakeScheme
  /** Requests that one nonce is good for. */
  usesMax: number = Infinity
  /** Says `stale=true` where it is so. */
  saysStale = true
  /** Refused since the fake was started, because there were no credentials or wrong ones. */
  refusals = 0
  readonly #nonces: Map<string, { uses: number; seen: Set<string> }> = new Map()

  constructor(scheme: FakeScheme) {
    this.scheme = scheme
  }

  /** As after a restart. */
  forgetNonces(): void {
    this.#nonces.clear()
  }

  /** @throws {Refusal} 401 */
  check(request: IncomingMessage): void {
    const { authorization = '' } = request.headers
    if (authorization.startsWith('Basic ') && this.scheme === 'basic') {
      const given = Buffer.from(authorization.slice(6), 'base64').toString()
      if (given === `${USER}:${PASSWORD}`) return
      throw this.#refusal(false)
    }
    if (!authorization.startsWith('Digest ') || this.scheme === 'basic') throw this.#refusal(false)
    if (
      this.#isRight(request.method ?? '', request.url ?? '', Buffer.from(authorization, 'latin1').toString())
    )
      return
    throw this.#refusal(false)
  }

  #isRight(method: string, target: string, authorization: string): boolean {
    const fields: Record<string, string> = {}
    for (const [, name = '', quoted, word] of authorization.matchAll(
      /([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g,
    )) {
      fields[name] = quoted?.replaceAll(/\\(.)/g, '$1') ?? word ?? ''
    }
    const { username, nonce = '', uri, response, nc = '', cnonce = '', qop, opaque } = fields
    const hashed = (text: string): string =>
      createHash(this.scheme === 'digest-sha-256' ? 'sha256' : 'md5')
        .update(text)
        .digest('hex')
    const secret = hashed(`${USER}:${REALM}:${PASSWORD}`)
    const who = this.scheme === 'digest-sess' ? hashed(`${secret}:${nonce}:${cnonce}`) : secret
    const asked = hashed(`${method}:${target}`)
    const wanted =
      this.scheme === 'digest-without-qop'
        ? hashed(`${who}:${nonce}:${asked}`)
        : hashed(`${who}:${nonce}:${nc}:${cnonce}:auth:${asked}`)
    if (username !== USER || uri !== target || response !== wanted || opaque !== 'o"paque') return false
    if (this.scheme !== 'digest-without-qop' && qop !== 'auth') return false
    const known = this.#nonces.get(nonce)
    if (known === undefined || known.uses >= this.usesMax) throw this.#refusal(true)
    if (this.scheme !== 'digest-without-qop' && known.seen.has(nc)) return false // somebody plays it again
    known.seen.add(nc)
    known.uses++
    return true
  }

  #refusal(stale: boolean): Refusal {
    this.refusals++
    return new Refusal(401, 'who is there?', { 'www-authenticate': this.#challenge(stale) })
  }

  #challenge(stale: boolean): string {
    const basic = `Basic realm="${REALM}", charset="UTF-8"`
    if (this.scheme === 'basic') return `Negotiate, ${basic}`
    const nonce = randomBytes(8).toString('base64')
    this.#nonces.set(nonce, { uses: 0, seen: new Set() })
    const algorithm =
      { 'digest-sha-256': 'SHA-256', 'digest-sess': 'MD5-sess' }[this.scheme as string] ?? 'MD5'
    const qop = this.scheme === 'digest-without-qop' ? '' : ', qop="auth,auth-int"'
    const staleness = stale && this.saysStale ? ', stale=TRUE' : ''
    const digest = `Digest realm="${REALM}", nonce="${nonce}", algorithm=${algorithm}${qop}, opaque="o\\"paque"${staleness}`
    return this.scheme === 'both' ? `${basic}, ${digest}` : digest
  }
}
