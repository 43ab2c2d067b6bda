import { posix } from 'node:path'
import { badOptions } from './options.ts'

/**
 * The directory that a `file:` URL means to Litestream, and therefore to everybody's existing replicas: scheme and query go, a
 * fragment stays, the path is cleaned, and percent-encoding is **kept literally**: `file:///a%20b` is a directory called `a%20b`,
 * and so is `file:///a b`. What stands where a host would is the first directory: `file://a/b` is `/a/b`.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: another scheme, a user or password, a broken `%` escape, no path
 * @see litestream `replica_url.go`; Go `net/url` `URL.String`
 */
export function pathFromFileUrl(url: string): string {
  const match = /^file:\/\/([^/?#]*)([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/is.exec(url)
  if (match === null) throw badOptions(`${JSON.stringify(url)} is not a file:// URL`)
  const [, host = '', path = '', fragment = ''] = match
  if (host === '' && path === '') throw badOptions(`${JSON.stringify(url)} names no directory`)
  if (host.includes('@')) throw badOptions('a file:// URL has no user and no password')
  if (!/^[\w.~!$&'()*+,;=:-]*$/.test(host))
    throw badOptions(`a path cannot start with ${JSON.stringify(host)}`)
  const suffix = fragment === '' ? '' : `#${asGoWrites(fragment)}`
  return posix.normalize(`${host === '' ? '' : '/'}${host}${asGoWrites(path)}${suffix}`)
}

/** What Go accepts as escaped already: a text of only these keeps its spelling. */
const ESCAPED = /^[\w.~!$&'()*+,;=:@[\]/%-]*$/
/** What Go leaves alone where it escapes itself. */
const PLAIN = /^[\w.~$&+,/:;=@-]$/

function asGoWrites(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) throw badOptions(`${JSON.stringify(text)} has a broken % escape`)
  if (ESCAPED.test(text)) return text
  const bytes = Buffer.from(text, 'utf8')
  let written = ''
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at]!
    if (byte === 0x25) {
      byte = Number.parseInt(bytes.toString('latin1', at + 1, at + 3), 16)
      at += 2
    }
    const character = String.fromCharCode(byte)
    const escape = `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    written += PLAIN.test(character) ? character : escape
  }
  return written
}
