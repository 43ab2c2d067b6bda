import { type FileInfo, type ReplicaClient, resumeRead } from '@ltx/client-core'
import { mergeFiles } from '@ltx/compactor'
import type { Env, FileHandle } from '@ltx/env'
import { type DecoderEvent, formatTxid, type Header, readEvents, type Txid } from '@ltx/format'
import { fileLabel } from '../file-label.ts'
import type { OutputPath } from '../output-path.ts'
import { type CopyState, UpdateStage } from './stage-update.ts'

/** The files of a plan are of a database with another page size: the copy has to be made anew. */
export class OtherPageSize extends Error {
  override readonly name = 'OtherPageSize'
}

interface Parts {
  readonly env: Env
  readonly client: ReplicaClient
  readonly output: OutputPath
  /** The copy. Only read. */
  readonly database: FileHandle
  readonly signal: AbortSignal | undefined
}

/** An update, and what its newest file says. */
export interface Staged {
  readonly update: UpdateStage
  /** Of the newest transaction, milliseconds since the Unix epoch. */
  readonly timestampMs: number
}

/**
 * Stages what the files of a plan change. Every file has been read to its end and verified when it resolves; on any error nothing is
 * left.
 *
 * @throws {OtherPageSize}
 * @throws {CompactorError} or {FormatError}: a file is broken
 * @throws {ClientError} as the storage says, after retries
 */
export async function stageFiles(
  { env, client, output, database, signal }: Parts,
  plan: readonly FileInfo[],
  from: CopyState,
): Promise<Staged> {
  const sources = plan.map((file) => ({
    name: fileLabel(file),
    open: () => resumeRead(client, env, file, { size: file.size, signal }),
  }))
  const [only] = sources.length === 1 ? sources : []
  const events = readEvents(only === undefined ? mergeFiles(sources, { signal }) : only.open())
  let staged: Staged | null = null
  try {
    for await (const event of events) {
      signal?.throwIfAborted()
      staged = await take(event, staged, async (header) => {
        const to = stateAfter(header, plan, from)
        const update = await UpdateStage.create(env, output, database, { from, to })
        return { update, timestampMs: header.timestampMs }
      })
    }
    if (staged === null) throw new Error('invariant broken: a file has a header')
    await staged.update.finish()
    return staged
  } catch (error) {
    await staged?.update[Symbol.asyncDispose]()
    throw error
  }
}

async function take(
  event: DecoderEvent,
  staged: Staged | null,
  begin: (header: Header) => Promise<Staged>,
): Promise<Staged | null> {
  if (event.kind === 'header') return await begin(event.header)
  if (event.kind === 'page') await staged?.update.place(event.pageNumber, event.data)
  return staged
}

function stateAfter(header: Header, plan: readonly FileInfo[], from: CopyState): CopyState {
  const end: Txid | undefined = plan.at(-1)?.maxTXID
  if (header.maxTXID !== end || header.minTXID !== plan[0]?.minTXID) {
    const found = `${formatTxid(header.minTXID)} to ${formatTxid(header.maxTXID)}`
    throw new Error(`a file of the replica holds other transactions than its name says: ${found}`)
  }
  if (header.commit === 0) throw new Error(`transaction ${formatTxid(end)} leaves no database`)
  if (header.pageSize !== from.pageSize) {
    throw new OtherPageSize(`the page size is ${header.pageSize} now, the copy's is ${from.pageSize}`)
  }
  return { txid: header.maxTXID, pageSize: header.pageSize, commit: header.commit }
}

/**
 * Stages what makes the copy equal to another database file, whatever the copy holds. On any error nothing is left.
 *
 * @param fresh The database, open; in state `to`.
 */
export async function stageDatabase(
  { env, output, database, signal }: Omit<Parts, 'client'>,
  fresh: FileHandle,
  states: { readonly from: CopyState; readonly to: CopyState },
): Promise<UpdateStage> {
  const { pageSize, commit } = states.to
  const update = await UpdateStage.create(env, output, database, states)
  try {
    const pagesMax = Math.max(1, Math.floor((1024 * 1024) / pageSize))
    const block = new Uint8Array(pagesMax * pageSize)
    for (let first = 1; first <= commit; first += pagesMax) {
      signal?.throwIfAborted()
      const length = await fresh.read(block, (first - 1) * pageSize)
      for (let at = 0; at < length; at += pageSize) {
        await update.place(first + at / pageSize, block.subarray(at, at + pageSize))
      }
    }
    await update.finish()
    return update
  } catch (error) {
    await update[Symbol.asyncDispose]()
    throw error
  }
}
