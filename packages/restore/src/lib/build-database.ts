import type { FileInfo, ReplicaClient } from '@ltx/client-core'
import type { Env, FileHandle } from '@ltx/env'
import { decodePages, type Header, isFormatError } from '@ltx/format'
import { BrokenFile } from './broken-file.ts'
import { DatabaseBuilder } from './database-builder.ts'
import { FetchAhead, fetchSettings } from './fetch-ahead.ts'
import type { ProgressReporter } from './progress.ts'
import { formatTime, type RestoreTarget } from './restore-target.ts'

export interface BuildOptions {
  readonly client: ReplicaClient
  readonly env: Env
  /** An empty file. */
  readonly handle: FileHandle
  /** Of the plan, oldest first. */
  readonly files: readonly FileInfo[]
  readonly target: RestoreTarget
  readonly parallelism: number
  /** The whole database is read right after this: it is better kept in the page cache. */
  readonly isReadNext: boolean
  readonly progress: ProgressReporter
  readonly signal: AbortSignal | undefined
  /** Told as soon as the newest file has said it: not proven yet, and enough for an error message. */
  readonly onSize: (bytes: number) => void
}

export interface BuiltDatabase {
  /** Of the newest file. */
  readonly header: Header
  /** The files that were read, oldest first. */
  readonly used: readonly FileInfo[]
}

/**
 * Writes the pages of a plan's files into a database file, newest file first. Every file that is read is read to its end and verified.
 * Stops when no page is missing: the remaining, older files are not read, so that a full image in a level 0 file also starts a new
 * page size.
 *
 * @throws {BrokenFile} a file is malformed, not the one its name says, shorter than listed or missing: what was written is worthless
 * @throws {ClientError} as the storage says, after retries
 */
export async function buildDatabase(options: BuildOptions): Promise<BuiltDatabase> {
  const { client, env, handle, isReadNext, parallelism, progress } = options
  const newestFirst = options.files.toReversed()
  const storedBytes = newestFirst.reduce((bytes, file) => bytes + file.size, 0)
  const builder = new DatabaseBuilder({ handle, clock: env.clock, isReadNext }, storedBytes)
  progress.startFetch(storedBytes)
  await using fetch = new FetchAhead({ client, env }, newestFirst, fetchSettings(parallelism), options.signal)
  const used: UsedFile[] = []
  try {
    for (const file of newestFirst) {
      used.unshift({ file, header: await placeFile(builder, file, fetch, options) })
      if (builder.isComplete) break
    }
    await builder.finish()
  } finally {
    await builder.settle() // the file is closed next
  }
  checkComplete(builder, used)
  if (builder.header === null) throw new Error('invariant broken: a plan has files')
  progress.finishFetch(builder.pagesWritten)
  return { header: builder.header, used: used.map(({ file }) => file) }
}

interface UsedFile {
  readonly file: FileInfo
  readonly header: Header
}

async function placeFile(
  builder: DatabaseBuilder,
  file: FileInfo,
  fetch: FetchAhead,
  options: BuildOptions,
): Promise<Header> {
  let header: Header | null = null
  const onHeader = (found: Header): void => {
    header = found
    const isNewest = builder.header === null
    builder.beginFile(file, found, file === options.files[0])
    if (isNewest) options.onSize(found.commit * found.pageSize)
  }
  try {
    await decodePages(counted(fetch.read(file), builder, options), {
      onHeader,
      room: () => builder.room(),
      onPages: (numbers) => builder.placePages(numbers),
    })
  } catch (error) {
    if (isFormatError(error)) throw new BrokenFile(file, error.message, { cause: error })
    throw error
  }
  return verified(header, file, options.target)
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  builder: DatabaseBuilder,
  { progress, signal }: BuildOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    signal?.throwIfAborted()
    yield chunk
    progress.advance(chunk.length, builder.pagesWritten)
  }
}

/** A listing's times may be wrong (a replica copied without its modification times). A verified header's is right. */
function verified(header: Header | null, file: FileInfo, target: RestoreTarget): Header {
  if (header === null) throw new Error('invariant broken: a decoded file has a header')
  if (target.kind !== 'timestamp' || header.timestampMs < target.timestampMs) return header
  const found = `its header says ${formatTime(header.timestampMs)}, its listing ${formatTime(file.createdAtMs)}`
  throw new BrokenFile(file, `it is later than wanted: ${found}`)
}

function checkComplete(builder: DatabaseBuilder, used: readonly UsedFile[]): void {
  const missing = builder.firstMissing()
  if (missing === null) return
  // The file that made the database as long as that should have had the page.
  const shorter = used.findLastIndex(({ header }) => header.commit < missing)
  const culprit = used[shorter + 1]
  if (culprit === undefined) throw new Error('invariant broken: the newest file is as long as the database')
  throw new BrokenFile(culprit.file, `it lacks page ${missing}, which no other file of the plan has`)
}
