import { ClientError } from './errors.ts'
import type { FileKey, ReadOptions, ReplicaClient } from './replica-client.ts'
import { describeFile } from './replica-paths.ts'
import { retryBudget, type RetryEnv, type RetrySettings } from './retry-budget.ts'
import type { RetryLog } from './retry-log.ts'

export const READ_RETRIES: RetrySettings = { retriesMax: 6, delayMsMax: 10_000, deadlineMs: 6 * 3_600_000 }

export interface ResumeReadOptions extends ReadOptions {
  /** Bytes of the whole file, where the caller knows them: only then is a stream noticed that ends too early or too late. */
  readonly size?: number | undefined
  readonly retries?: Partial<RetrySettings> | undefined
  /** Shared with other reads of the same storage, so that a bad hour is not told once for each. */
  readonly log?: RetryLog | undefined
}

/**
 * Reads a file, or a part of it, and opens it again where it broke off. Bytes that arrive refill the budget of retries; a failure
 * with advice `give-up` (a missing file, say) is thrown at once.
 *
 * Chunks are owned by the reader.
 *
 * @throws {ClientError} the last failure as it is; `CLIENT_UNREACHABLE` when the stream keeps ending before `size`;
 * `CLIENT_UNEXPECTED` when the storage sends more bytes than asked for
 */
export async function* resumeRead(
  client: Pick<ReplicaClient, 'readFile'>,
  env: RetryEnv,
  file: FileKey,
  options: ResumeReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal, size } = options
  const budget = retryBudget(env, { ...READ_RETRIES, ...options.retries }, options.log)
  const endMax = Math.min(options.end ?? Infinity, size ?? Infinity)
  let offset = options.start ?? 0
  while (offset < endMax || size === undefined) {
    try {
      const range = { start: offset, end: options.end, buffer: options.buffer, signal }
      for await (const chunk of client.readFile(file, range)) {
        if (chunk.length === 0) continue
        offset += chunk.length
        if (offset > endMax) throw tooLong(file, endMax)
        budget.progress()
        yield chunk
      }
      if (size === undefined || offset >= endMax) return
      throw endedEarly(file, offset, endMax)
    } catch (error) {
      if (offset === endMax) return // all bytes are there: what the connection did after them is nobody's concern
      await budget.spend(error, signal)
    }
  }
}

function endedEarly(file: FileKey, offset: number, endMax: number): ClientError {
  return new ClientError(
    'CLIENT_UNREACHABLE',
    `${describeFile(file)}: the stream ended at byte ${offset}, ${endMax} were expected`,
  )
}

function tooLong(file: FileKey, endMax: number): ClientError {
  return new ClientError(
    'CLIENT_UNEXPECTED',
    `${describeFile(file)}: the storage sent more than ${endMax} bytes`,
  )
}
