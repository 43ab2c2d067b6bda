import type { Diagnosis } from '@ltx/client-core'

/** An answer that says no. */
export class WebdavResponseError extends Error {
  override readonly name = 'WebdavResponseError'
  readonly status: number
  readonly method: string
  /** Where a redirect leads, without user, password and query. */
  readonly leadsTo: string | null

  constructor(status: number, method: string, detail: string, leadsTo: string | null = null) {
    super(`the server answered ${status} to ${method}${detail === '' ? '' : `: ${detail}`}`)
    this.status = status
    this.method = method
    this.leadsTo = leadsTo
  }
}

/** Bytes are missing, or there are more than were announced. */
export class WebdavTransferError extends Error {
  override readonly name = 'WebdavTransferError'
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check host and port',
  ECONNRESET: 'the connection was cut',
  ECONNABORTED: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
  ETIMEDOUT: 'no progress for too long: check the network, or raise the time limit',
  ENOTFOUND: 'the name of the host is not known: check the url and DNS',
  EAI_AGAIN: 'DNS does not answer: check the network',
  EHOSTUNREACH: 'there is no way to the host: check the network',
  ENETUNREACH: 'there is no way to the host: check the network',
}

const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$)/

/** What an answer means, whatever was asked. 404 and 412 are answers that only who asked can read. */
const BY_STATUS: Readonly<Record<number, Diagnosis>> = {
  401: {
    code: 'CLIENT_DENIED',
    hint: 'user name or password is not accepted: check webdav-username and webdav-password, or user and password in the url',
  },
  403: {
    code: 'CLIENT_DENIED',
    hint: "no permission: the user needs to list, read, write, move and delete below the replica's path",
  },
  405: {
    code: 'CLIENT_BAD_OPTIONS',
    hint: 'is there a WebDAV server at this address, with writing switched on? It does not know the method',
  },
  407: { code: 'CLIENT_DENIED', hint: 'a proxy in between wants credentials' },
  408: { code: 'CLIENT_UNREACHABLE', hint: 'the server did not want to wait for the rest of the request' },
  409: {
    code: 'CLIENT_BAD_OPTIONS',
    hint: 'the collection above is missing, and cannot be made: check the path',
  },
  413: {
    code: 'CLIENT_BAD_OPTIONS',
    hint: 'the server refuses so large a file: raise its limit (client_max_body_size, LimitRequestBody)',
  },
  423: { code: 'CLIENT_BUSY', hint: 'somebody has locked the file or its collection' },
  429: { code: 'CLIENT_BUSY', hint: 'the server asks for fewer requests' },
  503: { code: 'CLIENT_BUSY', hint: 'the server asks to come back later' },
  507: { code: 'CLIENT_FULL', hint: 'no space is left on the server, or the quota of the user is used up' },
}

export function diagnose(error: unknown): Diagnosis {
  if (error instanceof WebdavResponseError) return ofAnswer(error)
  if (error instanceof WebdavTransferError) return { code: 'CLIENT_UNREACHABLE', hint: error.message }
  return ofNetwork(error) ?? { code: 'CLIENT_UNEXPECTED', hint: String(error) }
}

function ofAnswer(error: WebdavResponseError): Diagnosis {
  const { status, method, leadsTo } = error
  if (leadsTo !== null) return { code: 'CLIENT_BAD_OPTIONS', hint: `the server is elsewhere: ${leadsTo}` }
  const known = BY_STATUS[status]
  if (known !== undefined) return { ...known, hint: `${status} to ${method}: ${known.hint ?? ''}` }
  if (status === 501) return { code: 'CLIENT_BAD_OPTIONS', hint: `the server cannot do ${method}` }
  if (status === 502 && method === 'MOVE') {
    const hint = `${error.message}; when a proxy ends TLS, the server has to accept the Destination with https (see the README)`
    return { code: 'CLIENT_UNREACHABLE', hint }
  }
  if (status >= 500) return { code: 'CLIENT_UNREACHABLE', hint: error.message }
  return { code: 'CLIENT_UNEXPECTED', hint: error.message }
}

function ofNetwork(error: unknown): Diagnosis | null {
  const code = networkCode(error)
  if (code === null) return null
  const hint = UNREACHABLE[code]
  if (hint !== undefined) return { code: 'CLIENT_UNREACHABLE', hint: `${code}: ${hint}` }
  return {
    code: 'CLIENT_BAD_OPTIONS',
    hint: `${code}: no trustworthy TLS connection: check the url, the clock, and the certificate authorities (NODE_EXTRA_CA_CERTS)`,
  }
}

/** Of the error or, as several addresses wrap it, of what is in it. */
function networkCode(error: unknown): string | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 4; each = each.cause, depth++) {
    const { code } = each as { code?: unknown }
    if (typeof code === 'string' && (UNREACHABLE[code] !== undefined || TLS.test(code))) return code
    if (each instanceof AggregateError && each.errors.length > 0) return networkCode(each.errors[0])
  }
  return null
}
