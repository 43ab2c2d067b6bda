import { redactUrl, redactUrls } from './redact-url.ts'

/** What stands where a secret is. */
export const MASK = 'xxxxx'

/** A setting as people may see it: passwords in URLs, and before the `@` of an address without a scheme, are hidden. */
export function maskText(text: string): string {
  return redactUrls(redactUrl(text))
}

/** A URL that cannot be told apart: only what stands behind its last `@`, before a query, is shown. */
export function maskUnreadable(url: string): string {
  const shown = redactUrl(url)
  const at = shown.lastIndexOf('@')
  return at < 0 ? shown : MASK + shown.slice(at)
}

/** A command line as people may see it: its program, for nobody can tell which of the other words are secrets. */
export function maskCommand(command: string): string {
  const [, program = '', rest = ''] = /^\s*(\S*)(.*)$/s.exec(command) ?? []
  const [name = '', ...value] = maskText(program).split('=')
  const shown = value.length === 0 ? name : `${name}=${MASK}`
  return rest.trim() === '' ? shown : `${shown} ${MASK}`
}

/** An address whose path is the secret, as those of heartbeats are: scheme and host stay. */
export function maskPath(url: string): string {
  const [, host = '', rest = ''] = /^(\w+:\/\/[^/?#\\]*|[^/?#\\]*)(.*)$/s.exec(maskText(url)) ?? []
  return /^\/?$/.test(rest) ? host + rest : `${host}/${MASK}`
}
