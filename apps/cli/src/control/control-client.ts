import { resolve } from 'node:path'
import { CommandError, describeError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { nodeHttp } from '../program/node-http.ts'
import { AnswerFields } from './answer-fields.ts'
import { connectProblem } from './connect-problem.ts'
import { socketAddress } from './socket-address.ts'

/** An answer holds a line per database at most. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024
/** The daemon knows better than we do why something takes so long: it is given this time to say so. */
const GRACE_MS = 1000

export interface ControlCall {
  /** As typed. */
  readonly socket: string
  /** Seconds; 0: however long it takes. */
  readonly timeout: number
  readonly endpoint: string
  /** Sent with POST; without it the call is a GET. */
  readonly body?: Readonly<Record<string, unknown>>
  /** What to do about a refusal, by status. */
  readonly hints?: Readonly<Record<number, string>>
}

/** What a daemon answered. */
export interface ControlAnswer {
  readonly fields: AnswerFields
  /** Until the beginning of the answer was there, in whole milliseconds. */
  readonly elapsedMs: number
}

/**
 * Asks the daemon.
 *
 * @throws {CommandError} nobody answers, in time; or the daemon refuses
 */
export async function askDaemon(call: ControlCall, io: CommandIo): Promise<ControlAnswer> {
  const { status, text, elapsedMs } = await exchange(call, io)
  const verb = call.endpoint.slice(1)
  if (status !== 200) {
    const hint = call.hints?.[status]
    throw new CommandError(`${verb} failed: ${errorIn(text)}`, hint === undefined ? {} : { hint })
  }
  try {
    return { fields: AnswerFields.parse(text), elapsedMs }
  } catch (error) {
    throw new CommandError(`failed to parse response: ${describeError(error)}`, { cause: error })
  }
}

interface Exchange {
  readonly status: number
  readonly text: string
  readonly elapsedMs: number
}

async function exchange(call: ControlCall, io: CommandIo): Promise<Exchange> {
  const { socket, timeout, endpoint, body } = call
  const path = socket === '' ? '' : resolve(io.workingDirectory, socket)
  if (timeout < 0) throw new CommandError('timeout must not be negative')
  const startMs = performance.now()
  try {
    return await new Promise<Exchange>((done, failed) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const sent = nodeHttp.request(
        {
          socketPath: socketAddress(path, io.platform),
          path: endpoint,
          method: text === undefined ? 'GET' : 'POST',
          agent: false,
          ...(text === undefined ? {} : { headers: { 'Content-Type': 'application/json' } }),
        },
        (response) => {
          const elapsedMs = Math.round(performance.now() - startMs)
          let answer = ''
          response.setEncoding('utf8').on('data', (part: string) => {
            answer += part
            if (answer.length > ANSWER_BYTES_MAX) response.destroy(new Error('the answer does not end'))
          })
          response.on('error', failed)
          response.on('end', () => done({ status: response.statusCode ?? 0, text: answer, elapsedMs }))
        },
      )
      sent.on('error', failed)
      // Not as an option of the request: Node throws past every handler when that fires with the last byte of an answer.
      const limit = timeout === 0 ? null : AbortSignal.timeout(waitMs(timeout, body))
      limit?.addEventListener('abort', () => {
        failed(limit.reason as Error)
        sent.destroy()
      })
      sent.end(text)
    })
  } catch (error) {
    if (error instanceof CommandError) throw error
    const problem = connectProblem(error, { path, timeout, programName: io.programName })
    throw new CommandError(`failed to connect to control socket: ${problem}`)
  }
}

function waitMs(timeout: number, body: ControlCall['body']): number {
  const limitMs = timeout * 1000 + (body?.['timeout'] === undefined ? 0 : GRACE_MS)
  return Math.min(limitMs, 2 ** 31 - 1)
}

/** The message in a refusal; a body that is no JSON is shown as it is. */
function errorIn(text: string): string {
  try {
    const error = AnswerFields.parse(text).text('error')
    return error === '' ? text.trim() : error
  } catch {
    return text.trim()
  }
}
