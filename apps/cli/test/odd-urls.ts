import type { Below } from './random-configuration.ts'

/** No word of any message. */
export const SECRET = 'Zq7hunter2Zq'

const SCHEMES = 'sftp SFTP s3 gs abs oss nats tls webdav webdavs http https file ftp xy sf~tp'.split(' ')
const SEPARATORS = ['://', '://', '://', '://', '//', ':/', ':', ':///', ':\\\\'] as const
const USERS = ['u', '', 'me.too', 'u%20v', 'me@here'] as const
/** What people put into a password, and what YAML, JSON, URLs and log lines have rules about. */
const ODD: readonly string[] = [
  ...` \t\n"'\`<>#?%&=:@\\[]{}|^!$*;,é`.split(''),
  '😀',
  'p/',
  '%2F',
  '%zz',
  '%40',
  '  ',
  '://',
  '',
]
const HOSTS = ['h', 'h:22', 'h.example.com', '[::1]', '[::1]:9', '127.0.0.1:9', 'h:port', ''] as const
const PATHS = ['/x', '', '/', '/x y', '/x?endpoint=e&region=r', '/x#y'] as const
const PARAMETERS = [
  'sseCustomerKey',
  'sse-customer-key',
  'sig',
  'token',
  'password',
  'x',
  'endpoint',
] as const

/** A replica URL as somebody may have typed it, with {@link SECRET} where a password or a key goes. */
export function oddUrl(below: Below): string {
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)]!
  const scheme = below(6) === 0 ? '' : pick(SCHEMES).replace('~', ' ')
  // Behind `file:///` is a path, whatever it looks like.
  const separator = scheme === '' ? '//' : scheme === 'file' ? '://' : pick(SEPARATORS)
  if (below(4) === 0) {
    const name = pick(PARAMETERS)
    // Nobody can know that an endpoint without a user holds a secret, nor that an & belongs to the value.
    const value =
      name === 'endpoint'
        ? `https://u:${SECRET}@h`
        : `${pick(ODD).replace(scheme === 'file' ? /[&#]/ : '&', '')}${SECRET}`
    return `${scheme}${separator}${pick(HOSTS)}/x?region=r&${name}=${value}`
  }
  const [user, host, path] = [pick(USERS), pick(HOSTS), pick(PATHS)]
  let password = `${pick(ODD)}${pick(ODD)}${SECRET}${pick(ODD)}`
  // A slash behind an @ ends the address for every reader: what follows is a path, and is shown.
  if (/[@]/.test(`${user}${password}`)) password = password.replaceAll(/[/\\]/g, '')
  if (scheme === 'file') password = password.replaceAll(/[/#]/g, '') // its fragment belongs to the path
  return `${scheme}${separator}${user}:${password}@${host}${path}`
}
