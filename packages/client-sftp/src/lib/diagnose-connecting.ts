import { SftpConnectionError } from './errors.ts'

/** What ssh2 puts on its errors. */
interface SshError extends Error {
  readonly level?: string
  /** A word of the system, or the number of SSH's reason for ending a connection. */
  readonly code?: string | number
  /** SSH's number for why a channel was not opened. */
  readonly reason?: number
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check host and port, or whether sshd runs',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'no answer: check host, port and firewall',
  ENOTFOUND: 'the name of the host is not known: check it and DNS',
  EAI_AGAIN: 'DNS does not answer: check the network',
  EHOSTUNREACH: 'there is no way to the host: check the network',
  ENETUNREACH: 'there is no way to the host: check the network',
}

const TOO_MANY_CONNECTIONS = 12
const NO_MORE_AUTH_METHODS = 14
const RESOURCE_SHORTAGE = 4

/** Why there is no connection, or no longer. */
export function diagnoseConnecting(
  error: unknown,
  { host, port, user }: { readonly host: string; readonly port: number; readonly user: string },
  story: {
    readonly offered: readonly string[]
    readonly tried: readonly string[]
    readonly agentError: string | null
  },
): SftpConnectionError {
  if (error instanceof SftpConnectionError) return error
  const { level, code, reason, message } = error as SshError
  const options = { cause: error }
  const place = `${host}:${port}`
  if (level === 'client-authentication' || code === NO_MORE_AUTH_METHODS) {
    return new SftpConnectionError('denied', deniedLogin(place, user, story), options)
  }
  if (/too many authentication failures/i.test(message)) {
    return new SftpConnectionError('denied', `${deniedLogin(place, user, story)}; ${message}`, options)
  }
  if (code === TOO_MANY_CONNECTIONS || reason === RESOURCE_SHORTAGE) {
    return new SftpConnectionError('busy', `${place} takes no more connections now: ${message}`, options)
  }
  if (/no matching|unsupported|algorithm/i.test(message) && level === 'handshake') {
    return new SftpConnectionError(
      'options',
      `${place} and this program have no algorithm in common: ${message}`,
      options,
    )
  }
  if (/subsystem|while establishing SFTP|open channel/i.test(message)) {
    return new SftpConnectionError('denied', `${place} gives ${user} no SFTP: ${message}`, options)
  }
  const hint = typeof code === 'string' ? (NETWORK[code] ?? message) : message
  const word = typeof code === 'string' ? `${code}: ` : ''
  return new SftpConnectionError('unreachable', `${place}: ${word}${hint}`, options)
}

function deniedLogin(place: string, user: string, story: Parameters<typeof diagnoseConnecting>[2]): string {
  const tried = story.tried.length === 0 ? 'nothing that was given fits' : `tried: ${story.tried.join(', ')}`
  const offered = story.offered.length === 0 ? '' : `, the server takes: ${story.offered.join(', ')}`
  const agent = story.agentError === null ? '' : `; the agent failed: ${story.agentError}`
  return `${place} does not let ${user} in (${tried}${offered})${agent}: check user, password, key-path or SSH_AUTH_SOCK`
}
