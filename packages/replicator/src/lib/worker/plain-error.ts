import { ReplicatorError, type ReplicatorErrorCode } from '../errors.ts'
import type { PlainError } from './worker-messages.ts'

const CAUSES_MAX = 4

/** Takes an error apart for a message between threads. */
export function toPlainError(error: unknown, depth: number = 0): PlainError {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, code: undefined, cause: undefined }
  }
  const { code } = error as { code?: unknown }
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: typeof code === 'string' ? code : undefined,
    cause:
      error.cause === undefined || depth >= CAUSES_MAX ? undefined : toPlainError(error.cause, depth + 1),
  }
}

/** Puts it together again: a `ReplicatorError` stays one, others keep name, message and `code`. */
export function fromPlainError(plain: PlainError): Error {
  const cause = plain.cause === undefined ? undefined : { cause: fromPlainError(plain.cause) }
  if (plain.name === 'ReplicatorError' && plain.code !== undefined) {
    const message = plain.message.startsWith(`${plain.code}: `)
      ? plain.message.slice(plain.code.length + 2)
      : plain.message
    return new ReplicatorError(plain.code as ReplicatorErrorCode, message, cause)
  }
  const error = new Error(plain.message, cause)
  error.name = plain.name
  return Object.assign(error, plain.code === undefined ? {} : { code: plain.code })
}
