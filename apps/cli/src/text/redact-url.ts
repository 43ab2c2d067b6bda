/** Query parameters that hold no secret, in small letters and without hyphens. */
const HARMLESS: ReadonlySet<string> = new Set([
  'concurrency',
  'endpoint',
  'forcepathstyle',
  'partsize',
  'region',
  'requirecontentmd5',
  'signpayload',
  'skipverify',
  'storageclass',
])

/** Here a user without a password is a token. */
const TOKEN_SCHEMES: ReadonlySet<string> = new Set(['http://', 'https://', 'nats://'])

/**
 * A replica URL as people may see it: a password or a token before `@` is replaced by `xxxxx`, and the values of query parameters that
 * are not known to be harmless by `…`, for some of them are keys. A text that is not a URL comes back as it is.
 */
export function redactUrl(text: string): string {
  const match = /^(\w+:\/\/)([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text)
  if (match === null) return text
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = match
  const shownQuery = query.replaceAll(/([^?&=]*)=([^&]*)/g, (pair, name: string, value: string) =>
    isHarmless(name, value) ? pair : `${name}=…`,
  )
  return scheme + withoutPassword(scheme.toLowerCase(), authority, path) + shownQuery + fragment
}

/** A message with every URL in it as people may see it. */
export function redactUrls(text: string): string {
  return text.replaceAll(/\w+:\/\/[^\s"'`<>]+/g, (url) => redactUrl(url))
}

function withoutPassword(scheme: string, authority: string, path: string): string {
  const at = authority.lastIndexOf('@')
  const colon = authority.indexOf(':')
  if (at > colon && colon >= 0) return `${authority.slice(0, colon)}:xxxxx${authority.slice(at)}${path}`
  if (at >= 0 && (colon < 0 || colon > at) && TOKEN_SCHEMES.has(scheme))
    return `xxxxx${authority.slice(at)}${path}`
  // A slash in a password that should have been written as %2F.
  const isPort = /:\d*$/.test(authority)
  if (at < 0 && colon >= 0 && !isPort && path.includes('@'))
    return `${authority.slice(0, colon)}:xxxxx${path.slice(path.lastIndexOf('@'))}`
  return authority + path
}

function isHarmless(name: string, value: string): boolean {
  return HARMLESS.has(name.toLowerCase().replaceAll('-', '')) && !/@|%40/.test(value)
}
