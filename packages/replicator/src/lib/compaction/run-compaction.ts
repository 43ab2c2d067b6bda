import {
  describeFile,
  isClientError,
  resumeRead,
  SNAPSHOT_LEVEL,
  type ByteSource,
  type CallOptions,
  type FileInfo,
  type FileKey,
  type ReplicaClient,
} from '@ltx/client-core'
import { isCompactorError, mergeFiles, type MergeOptions, type MergeSource } from '@ltx/compactor'
import { systemErrorCode, type Env } from '@ltx/env'
import { decodeHeader, HEADER_BYTES, isFormatError, type Txid } from '@ltx/format'
import { gatherBytes } from '../replica/gather-bytes.ts'
import type { LocalFilesPort } from '../replica/local-files-port.ts'
import type { RemoteFiles } from '../replica/remote-files.ts'
import { checkLevel, type LevelProblem } from './check-level.ts'
import { FAN_IN_LIMITS, planCompaction, type CompactionPlan, type FanInLimits } from './plan-compaction.ts'

export interface CompactionComponents {
  readonly env: Pick<Env, 'clock' | 'random'>
  readonly client: ReplicaClient
  readonly remote: RemoteFiles
  readonly local: LocalFilesPort
}

export interface CompactionRequest extends CallOptions {
  /** The level to make, 1 to 8. Its sources are the files of the level below. */
  readonly level: number
  /** How often the level is made; `null`: now. */
  readonly intervalMs: number | null
  readonly nowMs: number
  readonly limits?: FanInLimits | undefined
  /** Lists the level afterwards and looks for gaps and overlaps. */
  readonly verify?: boolean | undefined
  readonly onProgress?: MergeOptions['onProgress'] | undefined
}

export type CompactionOutcome =
  | Exclude<CompactionPlan, { kind: 'merge' }>
  | {
      readonly kind: 'compacted'
      readonly file: FileInfo
      readonly inputs: readonly FileInfo[]
      /** Another call can follow at once (with `intervalMs: null`). */
      readonly more: boolean
      /** The level's hole after this transaction is spanned by a snapshot. */
      readonly jumpedFrom: Txid | null
      /** What `verify` found; empty without it. */
      readonly problems: readonly LevelProblem[]
    }
  /** These files cannot be one: a damaged one, or another page size. A snapshot of their last TXID or later heals the level. */
  | { readonly kind: 'unmergeable'; readonly inputs: readonly FileInfo[]; readonly error: Error }

type Merge = Extract<CompactionPlan, { kind: 'merge' }>

/**
 * Makes the next file of a level, if it is due. Local files are read where they are; the storage is asked for the rest, and for files
 * whose local copy is damaged. Create-only: a file that is there already with the same bytes counts as made.
 *
 * `gap` and `unmergeable` ask for a snapshot. Once there is one, the next call goes on after it by itself.
 *
 * @throws {ClientError} when the storage fails, also `CLIENT_EXISTS` when another writer keeps this level
 * @see litestream `Compactor.Compact` (spec-core §5)
 */
export async function runCompaction(
  components: CompactionComponents,
  request: CompactionRequest,
): Promise<CompactionOutcome> {
  const plan = planFor(components, request)
  if (plan.kind !== 'merge') return plan
  try {
    return await mergeOrPassBy(components, request, plan)
  } catch (error) {
    request.signal?.throwIfAborted()
    const listingIsOld = isClientError(error, 'CLIENT_EXISTS') || isClientError(error, 'CLIENT_NOT_FOUND')
    if (!listingIsOld) throw error
    // somebody has written or deleted here, perhaps ourselves in an attempt whose reply was lost: look, and plan once more
    await components.remote.reload(components.client, request.level, { signal: request.signal })
    await components.remote.reload(components.client, request.level - 1, { signal: request.signal })
    const again = planFor(components, request)
    return again.kind === 'merge' ? await mergeOrPassBy(components, request, again) : again
  }
}

function planFor(
  { remote }: CompactionComponents,
  request: CompactionRequest,
  startAfter?: Txid,
): CompactionPlan {
  return planCompaction({
    destination: remote.level(request.level),
    source: remote.level(request.level - 1),
    snapshots: remote.level(SNAPSHOT_LEVEL),
    nowMs: request.nowMs,
    intervalMs: request.intervalMs,
    limits: request.limits ?? FAN_IN_LIMITS,
    startAfter,
  })
}

/** Merges; or, if that is impossible, passes by what a snapshot has made superfluous and merges what comes after it. */
async function mergeOrPassBy(
  components: CompactionComponents,
  request: CompactionRequest,
  plan: Merge,
): Promise<CompactionOutcome> {
  const outcome = await mergeInto(components, request, plan)
  const snapshot = components.remote.newest(SNAPSHOT_LEVEL)
  if (outcome.kind !== 'unmergeable' || snapshot === null || snapshot.maxTXID < plan.minTXID) return outcome
  const after = planFor(components, request, snapshot.maxTXID)
  return after.kind === 'merge' ? await mergeInto(components, request, after) : after
}

async function mergeInto(
  components: CompactionComponents,
  request: CompactionRequest,
  plan: Merge,
): Promise<CompactionOutcome> {
  const { client, remote } = components
  const file = await writeSound(components, request, plan)
  if (file instanceof Error) return { kind: 'unmergeable', inputs: plan.inputs, error: file }
  remote.add(file)
  if (request.verify === true) await remote.reload(client, request.level, { signal: request.signal })
  const problems = request.verify === true ? checkLevel(remote.level(request.level)) : []
  return {
    kind: 'compacted',
    file,
    inputs: plan.inputs,
    more: plan.more,
    jumpedFrom: plan.jumpedFrom,
    problems,
  }
}

/** Tries the stored files alone where local copies did not fit together. @returns An error if no file can come of these inputs. */
async function writeSound(
  components: CompactionComponents,
  request: CompactionRequest,
  plan: Merge,
): Promise<FileInfo | Error> {
  const copies = await localCopies(components, plan.inputs)
  try {
    return await write(components, request, plan, copies)
  } catch (error) {
    if (!isUnmergeable(error)) throw error
    if (copies.size === 0) return error
  }
  try {
    return await write(components, request, plan, new Set())
  } catch (error) {
    if (isUnmergeable(error)) return error
    throw error
  }
}

async function write(
  components: CompactionComponents,
  request: CompactionRequest,
  plan: Merge,
  copies: ReadonlySet<FileInfo>,
): Promise<FileInfo> {
  const { signal, onProgress } = request
  const sources = plan.inputs.map((input) => sourceOf(components, input, copies.has(input), signal))
  const key: FileKey = { level: request.level, minTXID: plan.minTXID, maxTXID: plan.maxTXID }
  const merged: ByteSource = () =>
    mergeFiles(sources, { header: { minTXID: plan.minTXID }, signal, onProgress })
  const earliestAtMs = await earliestTime(components, plan.inputs, copies, signal)
  return await components.client.writeFile(key, merged, { signal, earliestAtMs })
}

/** Level 0 inputs that are on the local disk as well, by TXID and size. */
async function localCopies(
  { local }: CompactionComponents,
  inputs: readonly FileInfo[],
): Promise<ReadonlySet<FileInfo>> {
  if (inputs.every(({ level }) => level > 0)) return new Set()
  const sizes = new Map((await local.list()).map(({ txid, bytes }) => [txid, bytes]))
  return new Set(
    inputs.filter(
      (input) =>
        input.level === 0 && input.minTXID === input.maxTXID && sizes.get(input.maxTXID) === input.size,
    ),
  )
}

function sourceOf(
  { env, client, local }: CompactionComponents,
  input: FileInfo,
  isLocal: boolean,
  signal: AbortSignal | undefined,
): MergeSource {
  const remote = (): AsyncIterable<Uint8Array> => resumeRead(client, env, input, { size: input.size, signal })
  const open = isLocal
    ? (): AsyncIterable<Uint8Array> => localElse(local.read(input.maxTXID), remote)
    : remote
  return { open, name: describeFile(input) }
}

/** Retention may take a local file away between planning and reading. */
async function* localElse(
  local: ByteSource,
  remote: ByteSource,
): AsyncGenerator<Uint8Array, void, undefined> {
  let begun = false
  try {
    for await (const chunk of local()) {
      begun = true
      yield chunk
    }
    return
  } catch (error) {
    if (begun || systemErrorCode(error) !== 'ENOENT') throw error
  }
  yield* remote()
}

/** When the first transaction of the inputs was written. Asks the file itself where the listing had no exact times. */
async function earliestTime(
  { client, local }: CompactionComponents,
  inputs: readonly FileInfo[],
  copies: ReadonlySet<FileInfo>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const [first] = inputs
  const listed = Math.min(...inputs.map((input) => input.earliestAtMs ?? input.createdAtMs))
  if (client.abilities.listsExactTimestamps || first === undefined || first.earliestAtMs !== undefined)
    return listed
  const remote = (): AsyncIterable<Uint8Array> =>
    client.readFile(first, { start: 0, end: HEADER_BYTES, signal })
  const chunks = copies.has(first) ? localElse(local.read(first.maxTXID), remote) : remote()
  return Math.min(listed, decodeHeader(await gatherBytes(chunks, HEADER_BYTES)).timestampMs)
}

function isUnmergeable(error: unknown): error is Error {
  return isFormatError(error) || isCompactorError(error)
}
