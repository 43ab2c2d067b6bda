import type { Diagnosis } from '@ltx/client-core'

/** Bytes that are missing or not those that were stored, or an answer that does not come. */
export class NatsTransferError extends Error {
  override readonly name = 'NatsTransferError'
}

/** The server ended a transfer, and said so. */
export class NatsStatusError extends Error {
  override readonly name = 'NatsStatusError'
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check host and port, or whether the server runs',
  ECONNRESET: 'the connection was cut',
  ECONNABORTED: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'no answer: check the network',
  ENOTFOUND: 'the name of the host is not known: check the URL and DNS',
  EAI_AGAIN: 'DNS does not answer: check the network',
  EHOSTUNREACH: 'there is no way to the host: check the network',
  ENETUNREACH: 'there is no way to the host: check the network',
}

const TLS = /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_|EPROTO$)/

/** What the server's numbers mean. @see nats-server `server/errors.json` */
const BY_CODE: Readonly<Record<number, Diagnosis>> = {
  10002: { code: 'CLIENT_FULL', hint: 'the account has used up its JetStream storage' },
  10023: { code: 'CLIENT_FULL', hint: 'the server has no resources left for JetStream' },
  10028: { code: 'CLIENT_FULL', hint: 'the server has used up its JetStream memory' },
  10047: { code: 'CLIENT_FULL', hint: 'the server has used up its JetStream storage' },
  10026: { code: 'CLIENT_BUSY', hint: 'the stream has as many consumers as it may have' },
  10039: {
    code: 'CLIENT_BAD_OPTIONS',
    hint: 'JetStream is off for this account: switch it on, or use another account',
  },
  10054: {
    code: 'CLIENT_BAD_OPTIONS',
    hint: "the stream's max_msg_size is too small, or was made smaller meanwhile",
  },
  10059: { code: 'CLIENT_BAD_OPTIONS', hint: 'the object store does not exist any more' },
  10076: {
    code: 'CLIENT_BAD_OPTIONS',
    hint: 'JetStream is off: start the server with it (-js)',
  },
  10109: { code: 'CLIENT_DENIED', hint: 'the object store is sealed: nothing can be written or deleted' },
  10111: {
    code: 'CLIENT_BAD_OPTIONS',
    hint: 'the stream is no object store: allow_rollup_hdrs is off. Create it with `nats object add`',
  },
}

/** What a failure means. */
export function diagnose(error: unknown): Diagnosis {
  if (error instanceof NatsTransferError || error instanceof NatsStatusError) {
    return { code: 'CLIENT_UNREACHABLE', hint: error.message }
  }
  const chain = chainOf(error)
  for (const each of chain) {
    const found = ofName(each) ?? ofNetwork(each)
    if (found !== null) return found
  }
  return { code: 'CLIENT_UNEXPECTED', hint: String(error) }
}

/** An API error's number; `null` for any other error. By its shape: a class of the SDK is loaded later than this file. */
export function apiCodeOf(error: unknown): number | null {
  if (!(error instanceof Error) || !API_ERRORS.has(error.name)) return null
  return Number((error as { code?: unknown }).code)
}

const API_ERRORS: ReadonlySet<string> = new Set([
  'JetStreamApiError',
  'StreamNotFoundError',
  'ConsumerNotFoundError',
])

/** Whether the server said it: then the connection is in order. */
export function isAnswer(error: unknown): boolean {
  return error instanceof NatsStatusError || apiCodeOf(error) !== null
}

/** The refusal of a create-only publish. The second number is said where the server does not know the sequence. */
export function isWrongSequence(error: unknown): boolean {
  const code = apiCodeOf(error)
  return code === 10071 || code === 10164
}

function chainOf(error: unknown): Error[] {
  const chain: Error[] = []
  for (let each = error; each instanceof Error && chain.length < 5; each = each.cause) chain.push(each)
  return chain
}

function ofName(error: Error): Diagnosis | null {
  const code = apiCodeOf(error)
  if (code !== null) return ofApi(error, code)
  switch (error.name) {
    case 'AuthorizationError':
      if (/timeout/i.test(error.message)) {
        return { code: 'CLIENT_UNREACHABLE', hint: 'the login did not reach the server in time' }
      }
      return {
        code: 'CLIENT_DENIED',
        hint: 'the server does not accept the login: check username and password, token, nkey, or creds',
      }
    case 'UserAuthenticationExpiredError':
      return { code: 'CLIENT_DENIED', hint: 'the credentials have expired: make new ones' }
    case 'PermissionViolationError':
      return {
        code: 'CLIENT_DENIED',
        hint: `no permission: ${error.message.replace(/^permissions? violation for /i, '')}`,
      }
    case 'JetStreamNotEnabled':
    case 'NoResponders':
      return {
        code: 'CLIENT_UNREACHABLE',
        hint: 'JetStream does not answer: is it starting, or on in another account, or is the object store gone?',
      }
    case 'TimeoutError':
      return { code: 'CLIENT_UNREACHABLE', hint: 'no answer for too long: check the network and the server' }
    case 'ClosedConnectionError':
    case 'DrainingConnectionError':
      return { code: 'CLIENT_UNREACHABLE', hint: 'the connection was cut' }
    case 'InvalidArgumentError':
    case 'ConnectionError':
    case 'RequestError':
      return ofConnection(error)
  }
  return null
}

function ofConnection({ message }: Error): Diagnosis | null {
  if (/does not support 'tls'|'tls' is not available/.test(message)) {
    return { code: 'CLIENT_BAD_OPTIONS', hint: 'the server does not speak TLS: take tls and root-cas away' }
  }
  if (/connection (?:closed|disconnected)|closed connection/i.test(message)) {
    return { code: 'CLIENT_UNREACHABLE', hint: 'the connection was cut' }
  }
  return null
}

function ofApi(error: Error, code: number): Diagnosis {
  const known = BY_CODE[code]
  if (known !== undefined) return known
  const { status } = error as { status?: unknown }
  // 10077: the store's own words.
  if (/maximum (?:bytes|messages)|no space left|insufficient/i.test(error.message)) {
    return { code: 'CLIENT_FULL', hint: `${error.message}: raise the limits of the stream, or the disk's` }
  }
  if (status === 429) return { code: 'CLIENT_BUSY', hint: 'the server asks for fewer requests' }
  if (status === 503 || status === 500 || status === 408) {
    return { code: 'CLIENT_UNREACHABLE', hint: `the server answered ${code}: ${error.message}` }
  }
  return { code: 'CLIENT_UNEXPECTED', hint: `the server answered ${code}: ${error.message}` }
}

function ofNetwork(error: Error): Diagnosis | null {
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return null
  const hint = UNREACHABLE[code]
  if (hint !== undefined) return { code: 'CLIENT_UNREACHABLE', hint: `${code}: ${hint}` }
  if (!TLS.test(code)) return null
  return {
    code: 'CLIENT_BAD_OPTIONS',
    hint: `${code}: no trustworthy TLS connection: check root-cas, the name in the certificate, client-cert, and the clock`,
  }
}
