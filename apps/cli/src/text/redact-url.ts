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

/** Here a user without a password is a name; with every other scheme it may be a token. */
const NAMED_USER: ReadonlySet<string> = new Set(
  ['abs:', 'file:', 'gs:', 'oss:', 's3:', 'sftp:', 'webdav:', 'webdavs:'], // as parsed, with the colon
)

/**
 * A replica URL as people may see it: a password or a token before `@` is replaced by `xxxxx`, and the values of query parameters that
 * are not known to be harmless by `…`, for some of them are keys. It goes by the look of the text, not by the rules of URLs: what nobody
 * can parse holds a password as well. A path comes back as it is.
 */
export function redactUrl(text: string): string {
  if (/^\s*(?:[.~]|[/\\](?![/\\])|[a-z]:(?:\/(?!\/)|\\))/i.test(text)) return text
  const [, scheme, rest = ''] = /^(\s*[\w+.-]*:?\/{2,})(.*)$/s.exec(text) ?? []
  if (/^\s*file:\/{3}/i.test(text)) return withoutQueryValues(text)
  if (scheme === undefined) return withoutQueryValues(withoutPassword(text))
  return withoutQueryValues(scheme + withoutUser(scheme.trim().toLowerCase(), rest))
}

/** A text of a user, or of somebody else's program, with every URL in it as people may see it. */
export function redactUrls(text: string): string {
  return text.includes('//') ? text.replaceAll(URL_IN_TEXT, redactUrl) : text
}

/** Up to an `@` before the next slash whatever stands there, for a password may hold anything; then as far as a URL goes. */
const URL_IN_TEXT = /(?<![\w/.\\~-])(?:[a-z][\w+.-]*:)?\/\/(?:[^/]*@)?[^\s"'`<>]*/gi

/** What follows `//`, its beginning up to an `@` hidden where that is a secret. */
function withoutUser(scheme: string, rest: string): string {
  const [head = ''] = /^[^/]*/.exec(rest) ?? []
  const at = head.lastIndexOf('@')
  const colon = head.search(COLON)
  if (at >= 0 && colon >= 0 && colon < at) return withoutPassword(rest, at)
  if (at >= 0) return NAMED_USER.has(scheme.replace(/\/+$/, '')) ? rest : `xxxxx${behind(rest, at)}`
  // A slash in a password that should have been written as %2F; but a host with its port and an @ in the path is none.
  const isHost = /^(?:\[[^\]]*\]|[^:]*)(?::\d+)?(?:[?#]|$)/.test(head)
  return isHost ? rest : withoutPassword(rest)
}

/** As it is written, and as it may be escaped. */
const COLON = /:|%3a/i

/** `user:…@host`, with everything between the first colon and that `@` hidden. */
function withoutPassword(text: string, at: number = text.lastIndexOf('@')): string {
  const colon = text.search(COLON)
  return colon >= 0 && colon < at ? `${text.slice(0, colon)}:xxxxx${behind(text, at)}` : text
}

/** What stands from an `@` on; nothing when that may be the value of a parameter, and no host. */
function behind(text: string, at: number): string {
  return /\?.*=/s.test(text.slice(0, at)) ? '' : text.slice(at)
}

/** A `#` in a key that should have been written as %23 does not end it. */
function withoutQueryValues(url: string): string {
  const from = url.indexOf('?') + 1
  if (!/[:/]/.test(url.slice(0, from))) return url // no query; a pattern of names has ? as well
  return url.slice(0, from) + url.slice(from).split('&').map(shownParameter).join('&')
}

function shownParameter(parameter: string): string {
  const [, name = '', equals = '', value = ''] = /^([\w.-]*)(=|%3d)?(.*)$/is.exec(parameter) ?? []
  if (equals === '') return value === '' ? name : '…'
  return isHarmless(name, value) ? parameter : `${name}=…`
}

function isHarmless(name: string, value: string): boolean {
  return HARMLESS.has(name.toLowerCase().replaceAll('-', '')) && !/[@#]|%40/.test(value)
}
