import type { Diagnosis } from '@ltx/client-core'

/** An answer that says no. */
export class GsResponseError extends Error {
  override readonly name = 'GsResponseError'
  readonly status: number
  /** Google's short word, as `rateLimitExceeded`; empty when the answer has none. */
  readonly reason: string
  /** How far this machine's clock is ahead of the service's, in ms; `null` when the answer has no time. */
  readonly clockAheadMs: number | null

  constructor(status: number, reason: string, detail: string, clockAheadMs: number | null) {
    super(`the service answered ${status}${reason === '' ? '' : ` ${reason}`}: ${detail}`)
    this.status = status
    this.reason = reason
    this.clockAheadMs = clockAheadMs
  }
}

/** No access token was to be had. The reason is its cause. */
export class GsCredentialsError extends Error {
  override readonly name = 'GsCredentialsError'
}

/** Bytes changed on their way, or fewer came than were announced. */
export class GsTransferError extends Error {
  override readonly name = 'GsTransferError'
}

/** Beyond this, Google refuses what a machine signs with its clock. */
const CLOCK_AHEAD_MS_MAX = 300_000

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check the endpoint, or whether the emulator runs',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
  ETIMEDOUT: 'no progress for too long: check the network, or raise the time limit',
  ENOTFOUND: 'the name of the host is not known: check the endpoint and DNS',
  EAI_AGAIN: 'DNS does not answer: check the network',
  EHOSTUNREACH: 'there is no way to the host: check the network',
  ENETUNREACH: 'there is no way to the host: check the network',
}

const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$)/

const THROTTLED: ReadonlySet<string> = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'slowDown',
  'quotaExceeded',
])

/**
 * What a failure means. 404 is a missing bucket here: where it may be a missing object, the caller finds out before this is asked.
 */
export function diagnose(error: unknown): Diagnosis {
  if (error instanceof GsResponseError) return ofAnswer(error)
  if (error instanceof GsTransferError) return { code: 'CLIENT_UNREACHABLE', hint: error.message }
  if (error instanceof GsCredentialsError) return ofCredentials(error)
  return ofNetwork(error) ?? { code: 'CLIENT_UNEXPECTED', hint: String(error) }
}

function ofAnswer(error: GsResponseError): Diagnosis {
  const { status, reason } = error
  if (status === 429 || status === 503 || (status === 403 && THROTTLED.has(reason))) {
    return { code: 'CLIENT_BUSY', hint: 'the service asks for fewer requests' }
  }
  if (status === 401 || status === 403) return { code: 'CLIENT_DENIED', hint: denied(error) }
  if (status === 404) {
    return { code: 'CLIENT_BAD_OPTIONS', hint: 'the bucket does not exist: check its name and the project' }
  }
  if (status === 408 || status >= 500) return { code: 'CLIENT_UNREACHABLE', hint: error.message }
  return { code: 'CLIENT_UNEXPECTED', hint: error.message }
}

function denied({ status, reason, clockAheadMs }: GsResponseError): string {
  if (clockAheadMs !== null && Math.abs(clockAheadMs) > CLOCK_AHEAD_MS_MAX) return wrongClock(clockAheadMs)
  if (reason === 'retentionPolicyNotMet' || reason === 'objectUnderActiveHold') {
    return 'a retention policy or a hold on the bucket keeps the object: retention of the replica has to be longer'
  }
  if (reason === 'accountDisabled' || reason === 'UserProjectAccountProblem') {
    return 'billing of the project is off'
  }
  if (status === 401) {
    return 'the credentials are not accepted: check GOOGLE_APPLICATION_CREDENTIALS, or the service account of this machine'
  }
  return 'no permission: the service account needs the role Storage Object User (objects create, get, list, delete) on the bucket'
}

function wrongClock(aheadMs: number): string {
  const minutes = Math.round(Math.abs(aheadMs) / 60_000)
  return `the clock of this machine is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} the service's: set it right`
}

function ofCredentials(error: GsCredentialsError): Diagnosis {
  const cause = error.cause
  const network = ofNetwork(cause)
  if (network !== null) return { ...network, hint: `no access token: ${network.hint ?? ''}` }
  const status = (cause as { status?: unknown } | null)?.status
  if (typeof status === 'number' && (status === 429 || status >= 500)) {
    return { code: 'CLIENT_UNREACHABLE', hint: `no access token: the token service answered ${status}` }
  }
  return {
    code: 'CLIENT_DENIED',
    hint: 'no access token: set GOOGLE_APPLICATION_CREDENTIALS, or run where there is a service account; a wrong clock is a cause, too',
  }
}

function ofNetwork(error: unknown): Diagnosis | null {
  const code = networkCode(error)
  if (code === null) return null
  const hint = UNREACHABLE[code]
  if (hint !== undefined) return { code: 'CLIENT_UNREACHABLE', hint: `${code}: ${hint}` }
  if (TLS.test(code)) {
    return {
      code: 'CLIENT_BAD_OPTIONS',
      hint: `${code}: no trustworthy TLS connection: check the endpoint, the clock, and the certificate authorities (NODE_EXTRA_CA_CERTS)`,
    }
  }
  return null
}

/** Of the error or, as `fetch` and several addresses wrap it, of its cause. */
function networkCode(error: unknown): string | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 4; each = each.cause, depth++) {
    const { code } = each as { code?: unknown }
    if (typeof code === 'string' && (UNREACHABLE[code] !== undefined || TLS.test(code))) return code
    if (each instanceof AggregateError && each.errors.length > 0) return networkCode(each.errors[0])
  }
  return null
}
