import { redactUrls } from './redact-url.ts'

/** What stands where a secret is. */
export const MASK = 'xxxxx'

/** `--api-token=…`, `PGPASSWORD=…`, `--secret …`: names of what nobody else should see. */
const NAMED_SECRET =
  /([\w-]*(?:pass|pwd|secret|token|key|credential)[\w-]*(?:=|\s+))(?:"[^"]*"|'[^']*'|\S+)/gi

/** A setting as people may see it: passwords in URLs, and before the `@` of an address without a scheme, are hidden. */
export function maskText(text: string): string {
  return redactUrls(text).replace(/^([^\s/:@]+):[^\s@/]*@/, `$1:${MASK}@`)
}

/** A command line as people may see it: also what follows a name such as `--token` or `PASSWORD=`. */
export function maskCommand(command: string): string {
  return maskText(command).replaceAll(NAMED_SECRET, `$1${MASK}`)
}

/** An address whose path is the secret, as those of heartbeats are: scheme and host stay. */
export function maskPath(url: string): string {
  const [, host = '', rest = ''] = /^(\w+:\/\/[^/?#]*|[^/?#]*)(.*)$/s.exec(url) ?? []
  const shown = maskText(host)
  return /^\/?$/.test(rest) ? shown + rest : `${shown}/${MASK}`
}
