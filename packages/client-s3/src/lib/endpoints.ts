import { badOptions } from './errors.ts'

/**
 * An endpoint as a URL. Without a scheme it is `http://` for hosts of this machine or a private network, and `https://` for all
 * others.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: no URL, another scheme, a user or a query in it
 */
export function endpointUrl(text: string): URL {
  const withScheme = /^\w+:\/\//.test(text)
    ? text
    : `${isLocalHost(hostOf(text)) ? 'http' : 'https'}://${text}`
  let url: URL
  try {
    url = new URL(withScheme)
  } catch {
    throw badOptions('the endpoint is not a host or a URL')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw badOptions(`the endpoint speaks ${url.protocol}// but only http:// and https:// are possible`)
  }
  if (url.username !== '' || url.password !== '') {
    throw badOptions('the endpoint has a user or a password in it: give access-key-id and secret-access-key')
  }
  if (url.search !== '' || url.hash !== '') throw badOptions('the endpoint has a query or a fragment')
  return url
}

/**
 * Whether a host (without port) belongs to this machine or to a private network: plain http is the rule there, and customer keys may
 * travel over it.
 */
export function isLocalHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  if (name === 'localhost' || name === '::1' || name.endsWith('.local') || name.endsWith('.localhost')) {
    return true
  }
  const bytes = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(name)
  if (bytes === null) return false
  const [first, second] = [Number(bytes[1]), Number(bytes[2])]
  return (
    first === 127 ||
    first === 10 ||
    (first === 192 && second === 168) ||
    (first === 172 && second >= 16 && second <= 31)
  )
}

function hostOf(text: string): string {
  const authority = text.split('/')[0] ?? ''
  return authority.startsWith('[') ? authority.replace(/\]:\d+$/, ']') : authority.replace(/:\d+$/, '')
}
