import type { Diagnosis } from '@ltx/client-core'

/** Bytes changed on their way, or fewer came than were announced. */
export class AbsTransferError extends Error {
  override readonly name = 'AbsTransferError'
}

/** Beyond this, Azure refuses what a machine signs with its clock (it says 15 minutes). */
const CLOCK_AHEAD_MS_MAX = 300_000

/** What Azure answers to a create when the name is taken: the last two stand for it where overwriting is not allowed at all. */
const TAKEN: ReadonlySet<string> = new Set([
  'BlobAlreadyExists',
  'ConditionNotMet',
  'BlobImmutableDueToPolicy',
  'UnauthorizedBlobOverwrite',
])

const MISSING: ReadonlySet<string> = new Set(['BlobNotFound', 'PathNotFound'])

const ROLE =
  'the role Storage Blob Data Contributor on the container, or a SAS token with the permissions r, c, w, d and l'

/** By Azure's own word for the failure. */
const MEANINGS: Readonly<Record<string, Diagnosis>> = {
  ContainerNotFound: {
    code: 'CLIENT_BAD_OPTIONS',
    hint: 'the container does not exist: check its name, or create it',
  },
  ContainerBeingDeleted: { code: 'CLIENT_BAD_OPTIONS', hint: 'the container is being deleted' },
  ContainerDisabled: { code: 'CLIENT_BAD_OPTIONS', hint: 'the container is disabled' },
  InvalidResourceName: {
    code: 'CLIENT_BAD_OPTIONS',
    hint: 'Azure does not accept the name of the container or the path',
  },
  AuthorizationPermissionMismatch: { code: 'CLIENT_DENIED', hint: `no permission: it takes ${ROLE}` },
  AuthorizationFailure: {
    code: 'CLIENT_DENIED',
    hint: `not allowed: check the firewall of the account for this machine's address, and for ${ROLE}`,
  },
  AuthorizationSourceIPMismatch: {
    code: 'CLIENT_DENIED',
    hint: "the SAS token is for other addresses than this machine's",
  },
  AuthorizationProtocolMismatch: {
    code: 'CLIENT_DENIED',
    hint: 'the SAS token is for https alone: give an https endpoint',
  },
  AuthorizationServiceMismatch: {
    code: 'CLIENT_DENIED',
    hint: 'the SAS token is not for the blob service (ss=b)',
  },
  AuthorizationResourceTypeMismatch: {
    code: 'CLIENT_DENIED',
    hint: 'the SAS token is not for containers and objects (srt=co)',
  },
  KeyBasedAuthenticationNotPermitted: {
    code: 'CLIENT_DENIED',
    hint: 'the account takes no account keys: use a managed identity, or a user delegation SAS',
  },
  AccountIsDisabled: { code: 'CLIENT_DENIED', hint: 'the storage account is disabled' },
  BlobImmutableDueToPolicy: {
    code: 'CLIENT_DENIED',
    hint: 'an immutability policy or a legal hold keeps the blob: retention of the replica has to be longer',
  },
  SnapshotsPresent: {
    code: 'CLIENT_UNEXPECTED',
    hint: 'somebody has made snapshots of the blob: delete them first',
  },
  LeaseIdMissing: {
    code: 'CLIENT_UNEXPECTED',
    hint: 'somebody holds a lease on the blob or the container: break it',
  },
  Md5Mismatch: { code: 'CLIENT_UNREACHABLE', hint: 'the bytes changed on their way' },
  InvalidBlockList: { code: 'CLIENT_UNREACHABLE', hint: 'a block that was sent is gone again' },
  InvalidBlobOrBlock: {
    code: 'CLIENT_UNEXPECTED',
    hint: 'blocks that another program has left under this name are in the way: Azure forgets them after a week',
  },
  InvalidHeaderValue: {
    code: 'CLIENT_UNEXPECTED',
    hint: 'Azure does not accept a header; an emulator may not know the version of its interface (azurite: --skipApiVersionCheck)',
  },
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check the endpoint, or whether the emulator runs',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
  ETIMEDOUT: 'no progress for too long: check the network, or raise the time limit',
  ENOTFOUND: 'the name of the host is not known: check account, endpoint and DNS',
  EAI_AGAIN: 'DNS does not answer: check the network',
  EHOSTUNREACH: 'there is no way to the host: check the network',
  ENETUNREACH: 'there is no way to the host: check the network',
  REQUEST_SEND_ERROR: 'the connection was cut',
}

const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$)/

/** What of a `RestError` is looked at; not its class: two copies of the library may be installed. */
interface RestFailure {
  readonly code?: unknown
  readonly statusCode?: unknown
  readonly response?: { readonly headers?: { get(name: string): string | undefined } }
}

/** Azure's word for the failure, or the HTTP status as text; `null` when it is no answer of Azure's. */
export function answerCode(error: unknown): string | null {
  const { statusCode, code, response } = (error ?? {}) as RestFailure
  if (typeof statusCode !== 'number') return null
  return response?.headers?.get('x-ms-error-code') ?? (typeof code === 'string' ? code : String(statusCode))
}

export function isMissingBlob(error: unknown): boolean {
  return MISSING.has(answerCode(error) ?? '')
}

export function isTaken(error: unknown): boolean {
  return TAKEN.has(answerCode(error) ?? '')
}

/** A range that begins at or past the end. */
export function isPastEnd(error: unknown): boolean {
  return (error as RestFailure | null)?.statusCode === 416
}

/** What a failure means. `wallMs` is this machine's time: Azure's answer has its own. */
export function diagnose(error: unknown, wallMs: number): Diagnosis {
  if (error instanceof AbsTransferError) return { code: 'CLIENT_UNREACHABLE', hint: error.message }
  const code = answerCode(error)
  if (code !== null) return ofAnswer(error as RestFailure, code, wallMs)
  return ofNetwork(error) ?? ofCredentials(error) ?? { code: 'CLIENT_UNEXPECTED', hint: String(error) }
}

/** {@link diagnose} for a read, where a missing blob is a missing file. */
export function diagnoseRead(error: unknown, wallMs: number): Diagnosis {
  return isMissingBlob(error)
    ? { code: 'CLIENT_NOT_FOUND', hint: 'there is no such blob' }
    : diagnose(error, wallMs)
}

function ofAnswer(error: RestFailure, code: string, wallMs: number): Diagnosis {
  const status = Number(error.statusCode)
  const aheadMs = wallMs - Date.parse(error.response?.headers?.get('date') ?? '')
  if ((status === 401 || status === 403) && Math.abs(aheadMs) > CLOCK_AHEAD_MS_MAX) {
    return { code: 'CLIENT_DENIED', hint: `${code}: ${wrongClock(aheadMs)}` }
  }
  const meaning = MEANINGS[code]
  if (meaning !== undefined) return { ...meaning, hint: `${code}: ${meaning.hint ?? ''}` }
  if (status === 401 || status === 403) {
    return {
      code: 'CLIENT_DENIED',
      hint: `${code}: Azure does not accept the credentials: check account name, account key, or the SAS token and its dates`,
    }
  }
  if (status === 429 || status === 503)
    return { code: 'CLIENT_BUSY', hint: `${code}: Azure asks for fewer requests` }
  if (status === 408 || status >= 500)
    return { code: 'CLIENT_UNREACHABLE', hint: `Azure answered ${status} ${code}` }
  return { code: 'CLIENT_UNEXPECTED', hint: `Azure answered ${status} ${code}` }
}

function wrongClock(aheadMs: number): string {
  const minutes = Math.round(Math.abs(aheadMs) / 60_000)
  return `the clock of this machine is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} Azure's: set it right`
}

/** Of `@azure/identity`. */
function ofCredentials(error: unknown): Diagnosis | null {
  if (!(error instanceof Error) || !/Credential|Authentication/.test(error.name)) return null
  return {
    code: 'CLIENT_DENIED',
    hint: 'no access token: give account-key or sas-token, or run where there is a managed identity, AZURE_CLIENT_ID and its kin, or az login',
  }
}

function ofNetwork(error: unknown): Diagnosis | null {
  const code = networkCode(error)
  if (code === null) return null
  const hint = UNREACHABLE[code]
  if (hint !== undefined) return { code: 'CLIENT_UNREACHABLE', hint: `${code}: ${hint}` }
  return {
    code: 'CLIENT_BAD_OPTIONS',
    hint: `${code}: no trustworthy TLS connection: check the endpoint, the clock, and the certificate authorities (NODE_EXTRA_CA_CERTS)`,
  }
}

/** Of the error, or of its causes. */
function networkCode(error: unknown): string | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 4; each = each.cause, depth++) {
    const { code } = each as { code?: unknown }
    if (typeof code === 'string' && (UNREACHABLE[code] !== undefined || TLS.test(code))) return code
    if (each instanceof AggregateError && each.errors.length > 0) return networkCode(each.errors[0])
  }
  return null
}
