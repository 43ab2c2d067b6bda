/**
 * A replica URL as people may see it: a password before `@` is replaced by `xxxxx`, and the values of query parameters by `…`, for
 * some of them are keys. A text that is not a URL comes back as it is.
 */
export function redactUrl(text: string): string {
  const match = /^(\w+:\/\/)([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text)
  if (match === null) return text
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = match
  const at = authority.lastIndexOf('@')
  const colon = authority.indexOf(':')
  const host =
    at > colon && colon >= 0 ? `${authority.slice(0, colon)}:xxxxx${authority.slice(at)}` : authority
  return scheme + host + path + query.replaceAll(/=[^&]*/g, '=…') + fragment
}

/** A message with every URL in it as people may see it. */
export function redactUrls(text: string): string {
  return text.replaceAll(/\w+:\/\/[^\s"'`<>]+/g, (url) => redactUrl(url))
}
