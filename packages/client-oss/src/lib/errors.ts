import { isClientError, type ClientErrorCode, type Diagnosis } from '@ltx/client-core'
import { NO_SLASH_FIRST } from './options.ts'

/** What an answer says that says no. */
export interface Refusal {
  /** HTTP status. */
  readonly status: number
  /** OSS's own word, as `NoSuchKey`; empty when the answer has none. */
  readonly code: string
  readonly message: string
  /** Where the bucket is to be asked for, when it is somewhere else. */
  readonly endpoint?: string | undefined
}

export class OssResponseError extends Error {
  override readonly name = 'OssResponseError'
  readonly refusal: Refusal
  /** How far this machine's clock is ahead of the service's, in ms; `null` when the answer has no time. */
  readonly clockAheadMs: number | null

  constructor(refusal: Refusal, clockAheadMs: number | null) {
    const { status, code, message } = refusal
    super(`the service answered ${status} ${code}: ${message}`)
    this.refusal = refusal
    this.clockAheadMs = clockAheadMs
  }
}

/** Fewer bytes came than were announced. */
export class OssTransferError extends Error {
  override readonly name = 'OssTransferError'
}

/** Beyond this, OSS refuses what a machine signs with its clock. */
const CLOCK_AHEAD_MS_MAX = 15 * 60_000

const KEYS = 'check access-key-id and secret-access-key'
const TOKEN = 'the temporary credentials have expired: get new ones'
const THROTTLED = 'the service asks for fewer requests'

const BY_CODE: Readonly<Record<string, readonly [code: ClientErrorCode, hint: string]>> = {
  AccessDenied: [
    'CLIENT_DENIED',
    'the credentials may not do this: see the permissions in the README of @ltx/client-oss',
  ],
  InvalidAccessKeyId: ['CLIENT_DENIED', `the service does not know this access key: ${KEYS}`],
  SignatureDoesNotMatch: ['CLIENT_DENIED', `the secret is wrong, or a proxy changes requests: ${KEYS}`],
  InvalidSecurityToken: ['CLIENT_DENIED', TOKEN],
  SecurityTokenExpired: ['CLIENT_DENIED', TOKEN],
  SecurityTokenNotSupported: ['CLIENT_DENIED', 'temporary credentials cannot do this'],
  UserDisable: ['CLIENT_DENIED', 'the account is disabled: is a bill open?'],
  FileImmutable: [
    'CLIENT_DENIED',
    'a retention policy of the bucket keeps the object: retention of the replica has to be longer',
  ],
  NoSuchKey: ['CLIENT_NOT_FOUND', 'there is no such object'],
  NoSuchBucket: ['CLIENT_BAD_OPTIONS', 'the bucket does not exist: check its name and the region'],
  InvalidBucketName: ['CLIENT_BAD_OPTIONS', 'that is no name of a bucket'],
  InvalidObjectName: ['CLIENT_BAD_OPTIONS', NO_SLASH_FIRST],
  SecondLevelDomainForbidden: ['CLIENT_BAD_OPTIONS', 'the endpoint has to be a host name, and no address'],
  Throttling: ['CLIENT_BUSY', THROTTLED],
  SlowDown: ['CLIENT_BUSY', THROTTLED],
  ServiceUnavailable: ['CLIENT_BUSY', THROTTLED],
  QpsLimitExceeded: ['CLIENT_BUSY', THROTTLED],
  DownloadTrafficRateLimitExceeded: ['CLIENT_BUSY', THROTTLED],
  UploadTrafficRateLimitExceeded: ['CLIENT_BUSY', THROTTLED],
  InvalidDigest: ['CLIENT_UNREACHABLE', 'the bytes arrived damaged'],
  RequestTimeout: ['CLIENT_UNREACHABLE', 'the request did not arrive in time'],
  FileAlreadyExists: ['CLIENT_EXISTS', 'the name is taken'],
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check the endpoint',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
  ETIMEDOUT: 'no progress for too long: check the network, or raise the time limit',
  ENOTFOUND: 'the name of the host is not known: check region, endpoint and DNS',
  EAI_AGAIN: 'DNS does not answer: check the network',
  EHOSTUNREACH: 'there is no way to the host: check the network',
  ENETUNREACH: 'there is no way to the host: check the network',
}

const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$)/

/** What a failure means. A 404 that does not say what is missing is for who asked to find out. */
export function diagnose(error: unknown): Diagnosis {
  if (error instanceof OssResponseError) return ofAnswer(error)
  if (error instanceof OssTransferError) return { code: 'CLIENT_UNREACHABLE', hint: error.message }
  return ofNetwork(error) ?? { code: 'CLIENT_UNEXPECTED', hint: String(error) }
}

/** OSS's word in a failure, or in the `ClientError` that was made of it; `null` when it is no answer. */
export function refusalOf(error: unknown): Refusal | null {
  const native = isClientError(error) ? error.cause : error
  return native instanceof OssResponseError ? native.refusal : null
}

function ofAnswer({ refusal, clockAheadMs, message: said }: OssResponseError): Diagnosis {
  const { status, code, message, endpoint } = refusal
  if (code === 'RequestTimeTooSkewed' || (status === 403 && isWrong(clockAheadMs))) {
    return { code: 'CLIENT_DENIED', hint: wrongClock(clockAheadMs) }
  }
  if (endpoint !== undefined && endpoint !== '' && (status === 403 || (status >= 300 && status < 400))) {
    return { code: 'CLIENT_BAD_OPTIONS', hint: `the bucket is somewhere else: give endpoint ${endpoint}` }
  }
  if (/signing region/i.test(message)) {
    return {
      code: 'CLIENT_BAD_OPTIONS',
      hint: 'the region is not that of the bucket: check region and endpoint',
    }
  }
  const known = BY_CODE[code]
  if (known !== undefined) return { code: known[0], hint: known[1] }
  if (/quota|insufficient.*space/i.test(code)) return { code: 'CLIENT_FULL', hint: message }
  if (status === 429 || status === 503) return { code: 'CLIENT_BUSY', hint: THROTTLED }
  if (status === 401 || status === 403) return { code: 'CLIENT_DENIED', hint: `${code}: ${message}` }
  if (status === 408 || status >= 500) return { code: 'CLIENT_UNREACHABLE', hint: said }
  return { code: 'CLIENT_UNEXPECTED', hint: said }
}

function isWrong(aheadMs: number | null): boolean {
  return aheadMs !== null && Math.abs(aheadMs) > CLOCK_AHEAD_MS_MAX
}

function wrongClock(aheadMs: number | null): string {
  if (aheadMs === null) return "the clock of this machine is not the service's: set it right"
  const minutes = Math.round(Math.abs(aheadMs) / 60_000)
  return `the clock of this machine is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} the service's: set it right`
}

function ofNetwork(error: unknown): Diagnosis | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 4; each = each.cause, depth++) {
    if (each instanceof AggregateError && each.errors.length > 0) return ofNetwork(each.errors[0])
    const { code } = each as { code?: unknown }
    if (typeof code !== 'string') continue
    const hint = UNREACHABLE[code]
    if (hint !== undefined) return { code: 'CLIENT_UNREACHABLE', hint: `${code}: ${hint}` }
    if (!TLS.test(code)) continue
    return {
      code: 'CLIENT_BAD_OPTIONS',
      hint: `${code}: no trustworthy TLS connection: check the endpoint, the clock, and NODE_EXTRA_CA_CERTS`,
    }
  }
  return null
}
