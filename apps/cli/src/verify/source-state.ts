import { type FileInfo, isClientError, type ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { formatTxid, TRAILER_BYTES, type Txid } from '@ltx/format'
import type { PageChecksums } from '@ltx/replicator'
import { isRestoreError, listReplica, planRestore, type ReplicaListing } from '@ltx/restore'
import { filesOf } from './check-levels.ts'
import { NotChecked } from './finding.ts'
import type { VerifyJob } from './verify-job.ts'

/** How long the newest local transaction may take to get into the replica. */
const UPLOAD_WAIT_MS = 5000
const LOOK_AGAIN_MS = 250

export interface SourceState {
  readonly checksums: PageChecksums
  /** A listing of the replica in which that transaction can be restored. */
  readonly listing: ReadonlyMap<number, FileInfo[]>
}

/**
 * What the local state says about a database, at a transaction that the replica can restore.
 *
 * @throws {NotChecked} nothing to compare with
 * @throws Error that transaction is another one in the replica: something else writes there
 */
export async function sourceState(
  { client, env, confirmed, signal }: Pick<VerifyJob, 'client' | 'env' | 'confirmed' | 'signal'>,
  metaPath: string,
): Promise<SourceState> {
  const { readPageChecksums } = await import('@ltx/replicator')
  const read = await readPageChecksums(env, metaPath, { signal })
  if (read.kind === 'unknown') throw new NotChecked(read.because)
  const { txid, fileChecksum } = read.checksums
  const wasThere = confirmed !== null && confirmed >= txid
  const listing = await listingWith(client, env, txid, { waitMs: wasThere ? 0 : UPLOAD_WAIT_MS, signal })
  if (listing === null) {
    const since = wasThere ? 'any more' : 'yet'
    throw new NotChecked(`the newest transaction here, ${formatTxid(txid)}, is not in the replica ${since}`)
  }
  const own = listing.get(0)?.find((file) => file.minTXID === txid && file.maxTXID === txid)
  const stored = own === undefined ? null : await fileChecksumOf(client, own, signal)
  if (stored !== null && stored !== fileChecksum) {
    throw new Error(`transaction ${formatTxid(txid)} of the replica is not the one of this database`)
  }
  return { checksums: read.checksums, listing }
}

async function listingWith(
  client: ReplicaClient,
  env: Env,
  txid: Txid,
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<ReadonlyMap<number, FileInfo[]> | null> {
  for (let waitedMs = 0; ; waitedMs += LOOK_AGAIN_MS) {
    const listing = await listReplica(client, { signal })
    if (canRestore(listing, txid)) return listing
    if (waitedMs >= waitMs || filesOf(listing).length === 0) return null
    await env.clock.sleep(LOOK_AGAIN_MS, { signal })
  }
}

function canRestore(listing: ReplicaListing, txid: Txid): boolean {
  try {
    planRestore(listing, { kind: 'txid', txid })
    return true
  } catch (error) {
    if (isRestoreError(error)) return false
    throw error
  }
}

/** `null`: the file is gone meanwhile, or too short to have one. */
async function fileChecksumOf(
  client: ReplicaClient,
  file: FileInfo,
  signal: AbortSignal,
): Promise<bigint | null> {
  const bytes = new Uint8Array(TRAILER_BYTES)
  let length = 0
  try {
    const start = Math.max(0, file.size - TRAILER_BYTES)
    for await (const chunk of client.readFile(file, { start, end: start + TRAILER_BYTES, signal })) {
      bytes.set(chunk, length)
      length += chunk.length
    }
  } catch (error) {
    if (isClientError(error, 'CLIENT_NOT_FOUND')) return null
    throw error
  }
  return length === TRAILER_BYTES ? new DataView(bytes.buffer).getBigUint64(8) : null
}
