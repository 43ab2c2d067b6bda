import { redactUrls } from '../text/redact-url.ts'

/** Something the user can act on; the message says what. Printed as one line, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  /** A command line that would work, for a missing argument. */
  readonly hint: string | undefined

  constructor(message: string, options?: ErrorOptions & { readonly hint?: string }) {
    super(message, options)
    this.hint = options?.hint
  }
}

/** The message of an error and of its causes, each said once, a code in front of it aside; secrets in URLs are hidden. */
export function describeError(error: unknown): string {
  const parts: string[] = []
  let current: unknown = error
  for (let depth = 0; depth < CAUSES_MAX && current !== undefined && current !== null; depth++) {
    const message = messageOf(current)
    const told = message.replace(CODE, '')
    if (told !== '' && !parts.some((part) => part.includes(told))) parts.push(message)
    if (current instanceof Error && 'code' in current && SAYS_ALL.has(current.code)) break
    current = current instanceof Error ? current.cause : undefined
  }
  return parts.length === 0 ? 'unknown error' : redactUrls(parts.join(': '))
}

/** `RESTORE_CORRUPT: `, as errors of our packages begin. */
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+: /

/** Their causes are the storage's words for the same, with names of temporary files. */
const SAYS_ALL: ReadonlySet<unknown> = new Set(['REPLICATOR_CONFLICT'])

const CAUSES_MAX = 8

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message
  return typeof error === 'string' ? error : (JSON.stringify(error) ?? typeof error)
}
