import { isClientError, type CallOptions } from '@ltx/client-core'
import { systemErrorCode } from '@ltx/env'
import { isFormatError, toTxid, type Txid } from '@ltx/format'
import { compareWithStored } from './identity.ts'
import { storedByAnother, type UploadComponents } from './upload-files.ts'
import { verifiedSource } from './verified-source.ts'

/**
 * Before a snapshot that is stored anew: the local file that comes next goes up first. It is what another writer would be refused at. The
 * snapshot is not: if that one's file came between, the TXID would mean two states, and restores would begin with one and go on with the
 * other. Besides, Litestream takes a replica whose level 0 is empty for an empty one, and would begin with TXID 1 again (INTEROP-1).
 * Nothing counts as uploaded by this: the upload that follows finds it there.
 *
 * @param confirmed As in {@link Uploader}.
 * @throws {ClientError} when the storage fails, or has another writer's file there
 */
export async function claimNextTxid(
  { client, local, remote }: UploadComponents,
  confirmed: Txid | null,
  options: CallOptions = {},
): Promise<void> {
  const next = (await local.list()).find(({ txid }) => txid > (confirmed ?? 0n))
  if (next === undefined || next.txid !== toTxid((confirmed ?? 0n) + 1n)) return
  const key = { level: 0, minTXID: next.txid, maxTXID: next.txid }
  try {
    if (!client.abilities.createOnly) {
      const stored = await compareWithStored({ client, local }, next, key, options)
      if (stored === 'different') throw storedByAnother(key)
    }
    const source = verifiedSource(local.read(next.txid), local.writtenChecksum(next.txid))
    remote.add(await client.writeFile(key, source, options))
  } catch (error) {
    const isLost =
      isFormatError(error) || isClientError(error, 'CLIENT_BAD_FILE') || systemErrorCode(error) === 'ENOENT'
    if (!isLost) throw error // else the upload will see to it
  }
}
