import { resumeRead, type CallOptions, type ReplicaClient } from '@ltx/client-core'
import { stageFile, type Env } from '@ltx/env'
import { formatFileName, FormatError, formatTxid, isFormatError, TRAILER_BYTES, type Txid } from '@ltx/format'
import { planRestore, type RestorePlan } from '@ltx/restore'
import type { RemoteFiles } from '../replica/remote-files.ts'
import { rebuildTable } from '../page-table/rebuild-table.ts'
import { makeOwnedDirectory, ownerInside } from './file-owner.ts'
import type { LocalPort } from './local-port.ts'

export interface AdoptParts {
  readonly env: Env
  readonly client: ReplicaClient
  readonly remote: RemoteFiles
  readonly local: LocalPort
  readonly metaPath: string
  /** Stored bytes that may be read for it; more, and the database is written whole instead. */
  readonly bytesMax: number
}

/**
 * Takes the replica's state at `txid` as what the database is compared with: its newest level 0 file is kept locally, and the page table
 * is made from the stored files. For a state folder that is gone, or was left by Litestream, or belongs to another history.
 *
 * @returns false when that is not cheap, or what is stored does not restore: a full image is due then.
 * @throws {ClientError} when the storage fails
 */
export async function adoptBaseline(parts: AdoptParts, txid: Txid, options: CallOptions): Promise<boolean> {
  const { env, client, remote, local, metaPath } = parts
  const plan = planFor(remote, txid)
  const level0 = remote.level(0).find((file) => file.minTXID === txid && file.maxTXID === txid)
  if (plan === null || level0 === undefined) return false
  if (plan.files.reduce((sum, file) => sum + file.size, 0) > parts.bytesMax) return false
  if ((await env.files.stat(local.path(txid))) === null) {
    const directory = `${metaPath}/ltx/0`
    const owner = ownerInside(env.blockingFiles, metaPath)
    makeOwnedDirectory(env.blockingFiles, directory, owner)
    await using staged = await stageFile(env, directory, formatFileName(txid, txid), {
      mode: owner?.mode,
      owner: owner ?? undefined,
      mtimeMs: level0.createdAtMs,
    })
    for await (const chunk of resumeRead(client, env, level0, {
      size: level0.size,
      signal: options.signal,
    })) {
      await staged.write(chunk)
    }
    await staged.commit()
  }
  try {
    const fileChecksum = await readFileChecksum(local, txid)
    await rebuildTable(env, client, { metaPath, files: plan.files, txid, fileChecksum }, options)
    return true
  } catch (error) {
    if (!isFormatError(error)) throw error
    env.logger.log('warn', 'a stored file is damaged; the database is written whole', { error })
    return false
  }
}

/** @throws {FormatError} `LTX_TRUNCATED` when it is too short to have one */
async function readFileChecksum(local: LocalPort, txid: Txid): Promise<bigint> {
  const trailer = await local.readEnd(txid, TRAILER_BYTES)
  if (trailer.length < TRAILER_BYTES) {
    throw new FormatError('LTX_TRUNCATED', trailer.length, `stored file ${formatTxid(txid)} has no trailer`)
  }
  return new DataView(trailer.buffer, trailer.byteOffset).getBigUint64(8)
}

function planFor(remote: RemoteFiles, txid: Txid): RestorePlan | null {
  try {
    return planRestore(remote.levels, { kind: 'txid', txid })
  } catch {
    return null
  }
}
