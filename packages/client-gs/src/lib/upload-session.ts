import { ClientError, isClientError, retryDelayMs } from '@ltx/client-core'
import { query, type Connection, type GsAnswer } from './connect.ts'

/** A part that fails is sent again so often, as long as the session stands. */
export const PART_RETRIES_MAX = 4

const RETRY_DELAY_MS_MAX = 5000

/** What a resumable upload answers while it is not complete. */
const INCOMPLETE = 308

/** What an ended session answers. */
const CANCELLED = 499

export interface UploadSession {
  readonly connection: Connection
  readonly what: string
  readonly signal: AbortSignal | undefined
  /** Where to send parts, below the endpoint. Who knows it may write the object: it is in no message. */
  readonly target: string
}

/** The object as it is stored, as the service describes it; or that its name was taken. */
export type Finished = { readonly kind: 'stored'; readonly object: StoredObject } | { readonly kind: 'taken' }

export interface StoredObject {
  readonly size: string
  readonly generation: string
  readonly md5Hash?: string
}

/** Begins an upload that creates an object only if there is none; `null` when there is one. */
export async function beginUpload(
  connection: Connection,
  what: string,
  signal: AbortSignal | undefined,
  resource: object,
): Promise<UploadSession | null> {
  const answer = await connection.exchange({
    kind: 'PUT',
    what,
    method: 'POST',
    target: `/upload${connection.objects}?${query({ uploadType: 'resumable', ifGenerationMatch: '0' })}`,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      'x-upload-content-type': 'application/octet-stream',
    },
    body: [Buffer.from(JSON.stringify(resource))],
    accept: [412],
    signal,
  })
  if (answer.status === 412) return null
  const location = answer.headers['location']
  if (location === undefined || !URL.canParse(location)) throw new Error('an upload session without a URL')
  // Of the URL the host is not taken: emulators and proxies name one that is not reached, and credentials go to the endpoint alone.
  const { pathname, search } = new URL(location)
  return { connection, what, signal, target: `${pathname}${search}` }
}

/** What of a file goes up in one request. */
export interface SentPart {
  /** Not empty. */
  readonly bytes: Uint8Array
  /** Their place in the file. */
  readonly start: number
  /** Bytes of the whole file, when these are the last of them. */
  readonly total: number | null
}

/**
 * Sends a part, and again what the service did not keep of it; after a failure asks how far it came.
 *
 * @returns how the upload ended, or `null` when more bytes are expected
 */
export async function sendPart(
  session: UploadSession,
  { bytes, start, total }: SentPart,
  headers: Readonly<Record<string, string>>,
): Promise<Finished | null> {
  const { env } = session.connection.settings
  const end = start + bytes.length
  let kept = start
  let ask = false
  for (let failures = 0; ;) {
    let answer: GsAnswer
    try {
      answer = ask
        ? await put(session, { 'content-range': `bytes */${total ?? '*'}` })
        : await put(
            session,
            { ...headers, 'content-range': `bytes ${kept}-${end - 1}/${total ?? '*'}` },
            bytes.subarray(kept - start),
          )
    } catch (error) {
      if (!isClientError(error) || error.advice !== 'retry' || failures === PART_RETRIES_MAX) throw error
      const delayMs = retryDelayMs(failures++, env.random, RETRY_DELAY_MS_MAX)
      await env.clock.sleep(delayMs, { signal: session.signal })
      ask = true
      continue
    }
    const finished = finishedBy(session, answer)
    if (finished !== null) return finished
    const next = keptBytes(answer)
    if (next === end && total === null) return null
    if (next < start || next > end)
      throw lost(session, `it holds ${next} bytes, sent were ${start} to ${end}`)
    if (next > kept) failures = 0
    else if (!ask && ++failures > PART_RETRIES_MAX)
      throw lost(session, `it goes no further than ${next} bytes`)
    ask = next === end // all is there, but the upload is not complete: it has to say so
    if (ask && ++failures > PART_RETRIES_MAX) throw lost(session, 'it does not complete the upload')
    kept = next
  }
}

/** Lets go of what was sent. May be called in any state; failures do not matter: Google forgets a session after a week. */
export async function cancelUpload({ connection, target, what }: UploadSession): Promise<void> {
  await connection.tidyUp({
    kind: 'DELETE',
    what,
    method: 'DELETE',
    target,
    accept: [CANCELLED, 404, 410],
  })
}

async function put(
  { connection, what, signal, target }: UploadSession,
  headers: Readonly<Record<string, string>>,
  bytes?: Uint8Array,
): Promise<GsAnswer> {
  const body = bytes === undefined ? [] : [bytes]
  const accept = [INCOMPLETE, 412, 404, 410, CANCELLED]
  return await connection.exchange({
    kind: 'PUT',
    what,
    method: 'PUT',
    target,
    headers,
    body,
    accept,
    signal,
  })
}

function finishedBy(session: UploadSession, answer: GsAnswer): Finished | null {
  if (answer.status === INCOMPLETE) return null
  if (answer.status === 412) return { kind: 'taken' }
  if (answer.status >= 400) throw lost(session, `the service answered ${answer.status}`)
  return { kind: 'stored', object: JSON.parse(answer.text) as StoredObject }
}

/** From `bytes=0-N`; without it nothing was kept. */
function keptBytes({ headers }: GsAnswer): number {
  const last = /^bytes=0-(\d+)$/.exec(headers['range'] ?? '')?.[1]
  return last === undefined ? 0 : Number(last) + 1
}

function lost({ what }: UploadSession, detail: string): ClientError {
  return new ClientError('CLIENT_UNREACHABLE', `cannot ${what}: the upload session is lost: ${detail}`)
}
