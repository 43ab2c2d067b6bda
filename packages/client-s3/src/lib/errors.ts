import { ClientError, type ClientErrorCode, type Diagnosis } from '@ltx/client-core'

/** What an answer of the server says, out of an error of the SDK. */
export interface FailedAnswer {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** S3's own code, as `SlowDown`; for network errors the system's, as `ECONNREFUSED`. */
  readonly code: string
  readonly message: string
}

/** What the hints say about the place; no secret. */
export interface PlaceFacts {
  readonly bucket: string
  /** `null`: AWS. */
  readonly endpoint: string | null
  readonly region: string | null
  /** Region of the bucket, where an answer has named it. */
  readonly bucketRegion: string | null
  readonly wallMs: number
  /** The server's time at its last answer. */
  readonly serverMs: number | null
}

type Meaning = readonly [code: ClientErrorCode, hint: string, advice?: 'retry' | 'give-up']

/** Reads an error of the SDK, or the `ClientError` that was made of one. */
export function failedAnswer(error: unknown): FailedAnswer {
  if (!(error instanceof Error)) return { status: 0, code: '', message: String(error) }
  if (error.name === 'ClientError') return failedAnswer(error.cause)
  const { name, message } = error
  const { $metadata, Code, code } = error as {
    readonly $metadata?: { readonly httpStatusCode?: number }
    readonly Code?: unknown
    readonly code?: unknown
  }
  const status = $metadata?.httpStatusCode ?? 0
  const said = status === 0 ? (code ?? Code) : (Code ?? name)
  return { status, code: typeof said === 'string' ? said : name, message }
}

const KEYS = 'check access-key-id and secret-access-key'
const RIGHTS =
  'the credentials are not allowed to do this: see the permissions in the README of @ltx/client-s3'
const THROTTLED = 'the storage asks to slow down'
const DAMAGED = 'the bytes arrived damaged at the storage'
const FULL = 'the quota or the disk of the storage is used up: make room, or shorten the retention'

const BY_CODE: Readonly<Record<string, Meaning>> = {
  AccessDenied: ['CLIENT_DENIED', RIGHTS],
  AllAccessDisabled: ['CLIENT_DENIED', RIGHTS],
  AccountProblem: ['CLIENT_DENIED', 'the provider reports a problem with the account'],
  InvalidAccessKeyId: ['CLIENT_DENIED', `the storage does not know this access key: ${KEYS}`],
  XAdminUserNotFound: ['CLIENT_DENIED', `the storage does not know this access key: ${KEYS}`],
  SignatureDoesNotMatch: ['CLIENT_DENIED', `the secret key is wrong, or a proxy changes requests: ${KEYS}`],
  ExpiredToken: ['CLIENT_DENIED', 'the session token has expired: renew the credentials'],
  ExpiredTokenException: ['CLIENT_DENIED', 'the session token has expired: renew the credentials'],
  InvalidToken: ['CLIENT_DENIED', 'the session token is wrong: renew the credentials'],
  TokenRefreshRequired: ['CLIENT_DENIED', 'the session token has to be renewed'],
  CredentialsProviderError: ['CLIENT_DENIED', `no credentials were found: ${KEYS}, or the profile`],
  InvalidObjectState: [
    'CLIENT_DENIED',
    'the object is in an archive: bring it back to the standard class first',
  ],
  NoSuchBucket: ['CLIENT_BAD_OPTIONS', 'there is no such bucket: make it, or mend its name'],
  InvalidBucketName: ['CLIENT_BAD_OPTIONS', 'the storage does not take this bucket name'],
  InvalidStorageClass: ['CLIENT_BAD_OPTIONS', 'the storage does not have this storage-class'],
  EntityTooSmall: ['CLIENT_BAD_OPTIONS', 'the storage wants larger parts: raise part-size'],
  EntityTooLarge: [
    'CLIENT_BAD_OPTIONS',
    'the file, or a part, is larger than the storage takes: mend part-size',
  ],
  NoSuchKey: ['CLIENT_NOT_FOUND', 'there is no such file'],
  NotFound: ['CLIENT_NOT_FOUND', 'there is no such file'],
  PreconditionFailed: ['CLIENT_EXISTS', 'there is a file of this name already'],
  ConditionalRequestConflict: ['CLIENT_BUSY', 'another write of the same name is under way'],
  OperationAborted: ['CLIENT_BUSY', 'another operation on the same name is under way'],
  NoSuchUpload: ['CLIENT_UNEXPECTED', 'the upload is gone: somebody has aborted it', 'retry'],
  RequestTimeout: ['CLIENT_UNREACHABLE', 'the storage waited too long for our bytes'],
  RequestCanceled: ['CLIENT_BUSY', 'the storage has dropped the request to shed load'],
  BadDigest: ['CLIENT_UNREACHABLE', DAMAGED],
  XAmzContentSHA256Mismatch: ['CLIENT_UNREACHABLE', DAMAGED],
  XAmzContentChecksumMismatch: ['CLIENT_UNREACHABLE', DAMAGED],
  IncompleteBody: ['CLIENT_UNREACHABLE', 'the storage got only a part of our bytes'],
  QuotaExceeded: ['CLIENT_FULL', FULL],
  XMinioStorageFull: ['CLIENT_FULL', FULL],
  XMinioAdminBucketQuotaExceeded: ['CLIENT_FULL', FULL],
  ECONNREFUSED: ['CLIENT_UNREACHABLE', 'the connection was refused: is the server running at this endpoint?'],
  ENOTFOUND: [
    'CLIENT_UNREACHABLE',
    'the host name cannot be resolved: check the endpoint, the region and the DNS',
  ],
  EAI_AGAIN: ['CLIENT_UNREACHABLE', 'the name server does not answer: check the network'],
  ETIMEDOUT: ['CLIENT_UNREACHABLE', 'no answer in time: check the network, the endpoint and the firewall'],
  EPROTO: ['CLIENT_UNREACHABLE', 'TLS failed: does the endpoint speak http:// and not https://?', 'give-up'],
  HPE_INVALID_CONSTANT: [
    'CLIENT_UNREACHABLE',
    'the answer is not HTTP: does the endpoint speak https:// and not http://?',
    'give-up',
  ],
}

const CERTIFICATE = /^(?:CERT_|ERR_TLS|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED)|ALTNAME/
const WRONG_SSL = /^ERR_SSL/
const NETWORK = /^(?:E[A-Z]+|HPE_\w+|ERR_(?:STREAM|SOCKET|HTTP|PROXY)\w*|UND_\w+)$/
const THROTTLES =
  /throttl|slowdown|TooManyRequests|RequestLimitExceeded|BandwidthLimitExceeded|ServiceUnavailable/i

/**
 * What a failure means and what somebody can do about it.
 *
 * @see docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function diagnose(error: unknown, place: PlaceFacts): Diagnosis {
  const answer = failedAnswer(error)
  const [code, hint, advice] = special(answer, place) ?? BY_CODE[answer.code] ?? general(answer)
  const said = answer.status === 0 ? answer.code : `${answer.code}, HTTP ${answer.status}`
  const where = `bucket ${place.bucket}${place.endpoint === null ? '' : ` at ${place.endpoint}`}`
  return { code, advice, hint: `${hint} (${said}; ${where})` }
}

function special(answer: FailedAnswer, place: PlaceFacts): Meaning | null {
  const { code, status, message } = answer
  if (code === 'RequestTimeTooSkewed' || code === 'RequestExpired') return skewed(place)
  if (code === 'PermanentRedirect' || code === 'AuthorizationHeaderMalformed' || status === 301) {
    const right = place.bucketRegion === null ? '' : `: set region to ${place.bucketRegion}`
    const hint = `region ${place.region ?? 'us-east-1'} is not the one of the bucket${right}`
    return ['CLIENT_BAD_OPTIONS', hint]
  }
  if (code === 'InvalidRequest' && /server.side encryption/i.test(message)) {
    return [
      'CLIENT_BAD_OPTIONS',
      'the object is encrypted with a customer key: give the right sse-customer-key',
    ]
  }
  if (code.startsWith('KMS'))
    return ['CLIENT_DENIED', 'the KMS key cannot be used: check sse-kms-key-id and its policy']
  if (/storage cap/i.test(message)) return ['CLIENT_FULL', FULL]
  return null
}

function skewed({ wallMs, serverMs }: PlaceFacts): Meaning {
  const minutes = serverMs === null ? null : Math.round((wallMs - serverMs) / 60_000)
  const by =
    minutes === null ? '' : ` by ${Math.abs(minutes)} minutes, it is ${minutes < 0 ? 'slow' : 'fast'}`
  // The SDK has learnt the difference from this answer: the next request is dated by the server's clock.
  return ['CLIENT_DENIED', `the clock of this machine is wrong${by}: set it, for example with NTP`, 'retry']
}

function general({ status, code, message }: FailedAnswer): Meaning {
  if (CERTIFICATE.test(code)) {
    const hint =
      "the server's certificate is not trusted: add its CA (NODE_EXTRA_CA_CERTS), or set skip-verify"
    return ['CLIENT_UNREACHABLE', hint, 'give-up']
  }
  if (WRONG_SSL.test(code)) return BY_CODE['EPROTO'] as Meaning
  if (status === 0 && (NETWORK.test(code) || /aborted|socket hang up/.test(message))) {
    return ['CLIENT_UNREACHABLE', 'the connection broke: check the network']
  }
  if (status === 429 || status === 503 || THROTTLES.test(code)) return ['CLIENT_BUSY', THROTTLED]
  if (status === 408 || status === 500 || status === 502 || status === 504) {
    return ['CLIENT_UNREACHABLE', 'the storage has trouble']
  }
  if (status === 507) return ['CLIENT_FULL', FULL]
  if (status === 401 || status === 403) return ['CLIENT_DENIED', RIGHTS]
  if (status === 412) return BY_CODE['PreconditionFailed'] as Meaning
  return ['CLIENT_UNEXPECTED', message.slice(0, 200)]
}

/** A setting is wrong; `detail` says which and what to do about it, without any secret. */
export function badOptions(detail: string): ClientError {
  return new ClientError('CLIENT_BAD_OPTIONS', `s3: ${detail}`)
}
