import { posix } from 'node:path'
import {
  ClientError,
  compareStored,
  describeFile,
  formatReplicaPath,
  gatherChunks,
  peekHeader,
  type ByteSource,
  type FileInfo,
  type FileKey,
  type PeekedFile,
  type ReplicaClient,
  type RequestBytes,
  type WriteOptions,
} from '@ltx/client-core'
import type { Connection } from './connection.ts'
import { makeDirectories, readWhole, syncDirectory } from './directories.ts'
import { hasStatus, SftpStatusError, STATUS, WrongSizeError } from './errors.ts'
import type { Publisher } from './publish.ts'
import { REQUEST_BYTES } from './read.ts'
import type { Handle, Session } from './session.ts'
import { isStaleTemporary, temporaryPath } from './temporary.ts'
import { Window } from './window.ts'

/** Writes of one upload under way at once: 2 MiB. */
const WRITES_MAX = 64

/** A directory may be taken away again, by a `deleteAll` elsewhere, before there is a file in it. */
const DIRECTORY_ATTEMPTS = 3

/** With less space than this left, it is what a failed write has failed for. */
const FREE_BYTES_MIN: number = 4 * 1024 * 1024

/** The protocol has 32 bits for the seconds. */
const SECONDS_MAX = 2 ** 32 - 1

/** What a write needs of its client. */
export interface WriteContext {
  readonly connection: Connection
  readonly publisher: Publisher
  /** Levels in which left-overs were looked for. */
  readonly swept: Set<number>
  readonly client: Pick<ReplicaClient, 'readFile'>
}

interface Upload {
  readonly context: WriteContext
  readonly file: FileKey
  readonly path: string
  readonly peeked: PeekedFile
  readonly session: Session
  readonly counted: RequestBytes
}

/**
 * Stores a file: under a name of its own beside it, with the header's time, made durable where the server can, and only then under its
 * name, if that is free.
 */
export async function writeReplicaFile(
  context: WriteContext,
  file: FileKey,
  source: ByteSource,
  { signal }: WriteOptions,
): Promise<FileInfo> {
  const { connection } = context
  const path = `${connection.settings.prefix}${formatReplicaPath('decimal', file)}`
  await using peeked = await peekHeader(file, source, signal)
  const call = { kind: 'PUT', what: `write ${describeFile(file)}`, signal } as const
  let stored: number | null
  try {
    stored = await connection.call(call, (session, counted) =>
      store({ context, file, path, peeked, session, counted }),
    )
  } catch (error) {
    throw peeked.failure === null ? error : peeked.failure.error
  }
  const size = stored ?? (await sizeOfEqual(context, file, source, signal))
  const { level, minTXID, maxTXID } = file
  return { level, minTXID, maxTXID, size, createdAtMs: peeked.header.timestampMs }
}

/** Bytes stored; `null` when the name was taken. */
async function store(upload: Upload): Promise<number | null> {
  const { context, path, session } = upload
  const { env } = context.connection.settings
  const another = (): string => temporaryPath(env, path)
  await sweep(upload)
  const temporary = another()
  const handle = await openTemporary(session, temporary)
  let open = true
  let published = false
  try {
    const size = await transfer(upload, handle)
    open = false
    await session.close(handle)
    published = await context.publisher.publish(session, temporary, path, another)
    if (!published) {
      await session.remove(temporary)
      return null
    }
    await syncDirectory(session, posix.dirname(path))
    return size
  } catch (error) {
    throw await orFull(error, session, posix.dirname(path))
  } finally {
    if (!published) tidyUp(session.detached, open ? handle : null, temporary)
  }
}

/** Sends all bytes, and sees to it that they are there. */
async function transfer({ context, peeked, session, counted }: Upload, handle: Handle): Promise<number> {
  const { concurrentWrites } = context.connection.settings
  const window = new Window(concurrentWrites ? WRITES_MAX : 1)
  let size = 0
  for await (const chunk of gatherChunks(peeked.body, REQUEST_BYTES)) {
    for (let start = 0; start < chunk.length; start += REQUEST_BYTES) {
      const bytes = chunk.subarray(start, start + REQUEST_BYTES)
      const written = session.write(handle, bytes, size)
      size += bytes.length
      counted.up += bytes.length
      await window.add(written)
    }
  }
  await window.drain()
  const seconds = Math.floor(peeked.header.timestampMs / 1000)
  const [stat] = await Promise.all([
    session.statHandle(handle),
    session.setTimes(handle, Math.min(Math.max(seconds, 0), SECONDS_MAX)),
    session.sync(handle),
  ])
  if (stat.size !== null && stat.size !== size) {
    throw new WrongSizeError(`${size} bytes were sent, the server has ${stat.size}`)
  }
  return size
}

async function openTemporary(session: Session, temporary: string): Promise<Handle> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await session.open(temporary, 'wx')
    } catch (error) {
      if (!hasStatus(error, STATUS.noSuchFile) || attempt === DIRECTORY_ATTEMPTS) throw error
      await makeDirectories(session, posix.dirname(temporary))
    }
  }
}

/** What crashed writers have left in a level; once, before the first write to it. */
async function sweep({ context, file, path, session }: Upload): Promise<void> {
  if (context.swept.has(file.level)) return
  context.swept.add(file.level)
  const { env } = context.connection.settings
  const directory = posix.dirname(path)
  try {
    for (const entry of await readWhole(session, directory)) {
      if (!isStaleTemporary(entry, env.clock.wallMs())) continue
      await session.remove(`${directory}/${entry.name}`)
      env.logger.log('info', 'removed what a crashed writer left', {
        path: `${directory}/${entry.name}`,
        bytes: entry.size,
      })
    }
  } catch (error) {
    if (!hasStatus(error)) throw error
    env.logger.log('warn', 'cannot sweep temporary files', { directory, error })
  }
}

/** Nobody waits for it: after an abort, or without a connection, it may never end. */
function tidyUp(session: Session, handle: Handle | null, temporary: string): void {
  const closed = handle === null ? Promise.resolve() : session.close(handle)
  closed.then(() => session.remove(temporary)).catch(() => undefined)
}

/** Servers of the protocol's third version have no word for a full disk. */
async function orFull(failure: unknown, session: Session, directory: string): Promise<unknown> {
  if (!hasStatus(failure, STATUS.failure)) return failure
  const free = await session.freeBytes(directory).catch(() => null)
  return free !== null && free < FREE_BYTES_MIN
    ? new SftpStatusError(STATUS.noSpace, failure.message)
    : failure
}

/** Bytes of a file that is there already, when it is this one: perhaps our own, and the reply was lost. */
async function sizeOfEqual(
  { client }: WriteContext,
  file: FileKey,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<number> {
  let size = 0
  const counted: ByteSource = async function* () {
    for await (const chunk of source()) {
      size += chunk.length
      yield chunk
    }
  }
  const stored = await compareStored(client, file, counted, { signal })
  if (stored === 'same') return size
  if (stored === 'different') {
    throw new ClientError(
      'CLIENT_EXISTS',
      `${describeFile(file)} is there already, with other bytes: does another process replicate to this path?`,
    )
  }
  throw new ClientError('CLIENT_UNEXPECTED', `${describeFile(file)} was there, and then it was not`, {
    advice: 'retry',
  })
}
