import type { Diagnosis } from '@ltx/client-core'

/** What a server answers, by its number in the protocol. Above 8 are those of later versions, which some send all the same. */
export const STATUS = {
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  noConnection: 6,
  connectionLost: 7,
  unsupported: 8,
  alreadyExists: 11,
  writeProtected: 12,
  noSpace: 14,
  quotaExceeded: 15,
} as const

/** The server said no to a request. */
export class SftpStatusError extends Error {
  override readonly name = 'SftpStatusError'
  readonly status: number

  constructor(status: number, detail: string) {
    super(`the server answered ${status}: ${detail}`)
    this.status = status
  }
}

/** There is no connection, or no longer. */
export class SftpConnectionError extends Error {
  override readonly name = 'SftpConnectionError'
  readonly trouble: 'unreachable' | 'denied' | 'busy' | 'options'

  constructor(trouble: SftpConnectionError['trouble'], detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.trouble = trouble
  }
}

/** The file ended before its bytes did. */
export class ShortFileError extends Error {
  override readonly name = 'ShortFileError'
}

/** A size comes back that is not the size that was sent, or none at all. */
export class WrongSizeError extends Error {
  override readonly name = 'WrongSizeError'
}

export function hasStatus(error: unknown, ...statuses: readonly number[]): error is SftpStatusError {
  return error instanceof SftpStatusError && (statuses.length === 0 || statuses.includes(error.status))
}

/** What a failure means where a missing file is nothing to expect. */
export function diagnose(error: unknown): Diagnosis {
  if (error instanceof SftpConnectionError) return ofConnection(error)
  if (error instanceof ShortFileError) return { code: 'CLIENT_UNREACHABLE', hint: error.message }
  if (hasStatus(error)) return ofStatus(error)
  return { code: 'CLIENT_UNEXPECTED', hint: error instanceof Error ? error.message : String(error) }
}

/** The same for a read, where a missing file is a missing file. */
export function diagnoseRead(error: unknown): Diagnosis {
  if (hasStatus(error, STATUS.noSuchFile)) return { code: 'CLIENT_NOT_FOUND', hint: 'there is no such file' }
  return diagnose(error)
}

function ofConnection({ trouble, message }: SftpConnectionError): Diagnosis {
  switch (trouble) {
    case 'unreachable':
      return { code: 'CLIENT_UNREACHABLE', hint: message }
    case 'denied':
      return { code: 'CLIENT_DENIED', hint: message }
    case 'busy':
      return { code: 'CLIENT_BUSY', hint: message }
    case 'options':
      return { code: 'CLIENT_BAD_OPTIONS', hint: message }
  }
}

function ofStatus(error: SftpStatusError): Diagnosis {
  const { status, message } = error
  switch (status) {
    case STATUS.noSuchFile:
      return {
        code: 'CLIENT_UNEXPECTED',
        advice: 'retry',
        hint: 'a file or a directory is gone that was there: is somebody else deleting in this path?',
      }
    case STATUS.permissionDenied:
      return {
        code: 'CLIENT_DENIED',
        hint: 'permission denied: check who owns the directory on the server, and its mode',
      }
    case STATUS.writeProtected:
      return { code: 'CLIENT_DENIED', hint: 'the file system on the server is read-only' }
    case STATUS.noConnection:
    case STATUS.connectionLost:
      return { code: 'CLIENT_UNREACHABLE', hint: message }
    case STATUS.noSpace:
    case STATUS.quotaExceeded:
      return { code: 'CLIENT_FULL', hint: 'no space or quota is left on the server' }
    default:
      if (/no space|quota|disk.{0,10} full/i.test(message)) {
        return { code: 'CLIENT_FULL', hint: 'no space or quota is left on the server' }
      }
      return { code: 'CLIENT_UNEXPECTED', hint: message }
  }
}
