import type { LegacyObject, ReplicaClient } from '@ltx/client-core'
import type { Env, FileHandle } from '@ltx/env'
import { isFormatError } from '@ltx/format'
import { decodeLz4Stream } from '@ltx/format/lz4'
import { isPageSize } from '@ltx/wal'
import { RestoreError } from '../errors.ts'
import { keepFresh, ownedName, scratchName } from '../left-behind.ts'
import type { OutputPath } from '../output-path.ts'
import type { ProgressReporter } from '../progress.ts'
import type { LegacySegment } from './layout.ts'
import { ObjectsAhead } from './objects-ahead.ts'
import { gap, type LegacyPlan, type LegacyTarget, type LegacyWal } from './plan.ts'
import { readLegacy } from './read-legacy.ts'
import { BadWal, WalApplier } from './wal-applier.ts'

const MAGIC = 'SQLite format 3\0'
const PAGE_SIZE_AT = 16
const HEADER_BYTES = 100

export interface ApplyOptions {
  readonly client: ReplicaClient
  readonly env: Env
  readonly output: OutputPath
  /** An empty file. */
  readonly handle: FileHandle
  readonly target: LegacyTarget
  readonly parallelism: number
  readonly progress: ProgressReporter
  readonly signal: AbortSignal | undefined
  readonly onSize: (bytes: number) => void
}

export interface AppliedPlan {
  readonly pageSize: number
  /** Size of the database in pages. */
  readonly commit: number
}

/**
 * Writes the database that a plan makes into a file: its snapshot, then its WALs one after the other.
 *
 * @throws {RestoreError} `RESTORE_CORRUPT`, `RESTORE_GAP`: both name the object
 * @throws {ClientError} as the storage says, after retries
 */
export async function applyLegacyPlan(plan: LegacyPlan, options: ApplyOptions): Promise<AppliedPlan> {
  const { client, env, handle, output, parallelism, progress, signal } = options
  const { legacy } = client
  if (legacy === undefined) throw new Error('invariant broken: what was listed can be read')
  const objects: readonly LegacyObject[] = [plan.snapshot, ...plan.wals.flatMap((wal) => wal.segments)]
  progress.startFetch(objects.reduce((bytes, object) => bytes + object.size, 0))
  const read = (object: LegacyObject, stop: AbortSignal): AsyncIterable<Uint8Array> =>
    readLegacy(legacy, env, object, stop)
  await using ahead = new ObjectsAhead(read, objects, parallelism, signal)
  const content = (object: LegacyObject): AsyncIterable<Uint8Array> =>
    contentOf(object, ahead.read(object), progress, signal)
  let { pageSize, commit } = await writeSnapshot(plan.snapshot, content(plan.snapshot), handle)
  options.onSize(pageSize * commit)
  if (plan.wals.length > 0) {
    const scratchPath = `${output.directory}/${await ownedName(env, scratchName(output.name))}`
    await using scratch = await env.files.open(scratchPath, 'create-new')
    const fresh = keepFresh(env, scratch)
    try {
      for (const wal of plan.wals) {
        const applier = new WalApplier(handle, scratch, pageSize)
        commit = (await applyWal(applier, wal, wal === plan.wals.at(-1), content, options)) ?? commit
        options.onSize(pageSize * commit)
      }
    } finally {
      fresh[Symbol.dispose]()
      await env.files.remove(scratchPath)
    }
  }
  progress.finishFetch(commit)
  return { pageSize, commit }
}

async function applyWal(
  applier: WalApplier,
  { segments }: LegacyWal,
  isLast: boolean,
  content: (object: LegacyObject) => AsyncIterable<Uint8Array>,
  { target }: ApplyOptions,
): Promise<number | null> {
  let current: LegacySegment | undefined
  try {
    for (const segment of segments) {
      current = segment
      const { position } = applier
      if (segment.offset > position) throw gap(segment.generation, segment.index, position, segment, target)
      if (segment.offset < position)
        throw new BadWal(`it begins before byte ${position}, where the one before ended`)
      for await (const chunk of content(segment)) await applier.push(chunk)
    }
    return await applier.finish(isLast)
  } catch (error) {
    if (error instanceof BadWal && current !== undefined) throw corrupt(current, error)
    throw error
  }
}

async function writeSnapshot(
  snapshot: LegacyObject,
  content: AsyncIterable<Uint8Array>,
  handle: FileHandle,
): Promise<AppliedPlan> {
  let bytes = 0
  for await (const chunk of content) {
    await handle.write(chunk, bytes)
    bytes += chunk.length
  }
  const head = new Uint8Array(HEADER_BYTES)
  await handle.read(head, 0)
  const written = ((head[PAGE_SIZE_AT] ?? 0) << 8) | (head[PAGE_SIZE_AT + 1] ?? 0)
  const pageSize = written === 1 ? 65_536 : written
  if (String.fromCharCode(...head.subarray(0, MAGIC.length)) !== MAGIC || !isPageSize(pageSize)) {
    throw corrupt(snapshot, new Error('what it holds is not a SQLite database'))
  }
  if (bytes % pageSize !== 0) {
    throw corrupt(snapshot, new Error(`it holds ${bytes} bytes, which are no whole pages of ${pageSize}`))
  }
  return { pageSize, commit: bytes / pageSize }
}

/** Decompressed. An error of the compression names the object. */
async function* contentOf(
  object: LegacyObject,
  chunks: AsyncIterable<Uint8Array>,
  progress: ProgressReporter,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* decodeLz4Stream(counted(chunks, progress, signal))
  } catch (error) {
    if (isFormatError(error)) throw corrupt(object, error)
    throw error
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  progress: ProgressReporter,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    signal?.throwIfAborted()
    yield chunk
    progress.advance(chunk.length, 0)
  }
}

function corrupt(object: LegacyObject, cause: Error): RestoreError {
  return new RestoreError(
    'RESTORE_CORRUPT',
    `${object.path} cannot be used (${cause.message}); ` +
      'restore a moment before it, or use another copy of the replica',
    { cause },
  )
}
