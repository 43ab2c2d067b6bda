import { systemErrorCode } from '@ltx/env'
import { describeError } from '../program/errors.ts'

export interface TriedSocket {
  readonly path: string
  /** Seconds. */
  readonly timeout: number
  readonly programName: string
}

/** Why a daemon did not answer, and what to do. */
export function connectProblem(error: unknown, { path, timeout, programName }: TriedSocket): string {
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) {
    return `no answer from ${path} within ${timeout}s; what was asked for may still be going on. -timeout waits longer`
  }
  switch (systemErrorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no socket ${path}. Is '${programName} replicate' running, with 'socket: {enabled: true}' in its configuration? -socket names another path`
    case 'ECONNREFUSED':
      return `nobody listens on ${path}: the daemon that made it has ended, or it is no socket. Start '${programName} replicate' again, or name another socket with -socket`
    case 'EACCES':
    case 'EPERM':
      return `permission denied: ${path}. Run this as the user who runs the daemon, or widen 'socket: {permissions: …}' in its configuration`
    case 'ENOTSOCK':
      return `${path} is no socket`
    case 'ECONNRESET':
    case 'EPIPE':
      return `${path} closed the connection without an answer; the daemon may have ended`
    case null:
    default:
      return `${path}: ${describeError(error)}`
  }
}
