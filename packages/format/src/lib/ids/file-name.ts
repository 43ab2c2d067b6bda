import { formatTxid, parseTxid, type Txid } from './txid.ts'

const LENGTH = 16 + 1 + 16 + 4

/** `<min>-<max>.ltx`, the name of a file in every replica and beside the database. */
export function formatFileName(minTXID: Txid, maxTXID: Txid): string {
  if (minTXID > maxTXID) throw new RangeError(`minTXID ${minTXID} is above maxTXID ${maxTXID}`)
  return `${formatTxid(minTXID)}-${formatTxid(maxTXID)}.ltx`
}

/**
 * Reads a name of {@link formatFileName}; `null` for every other: upper case, other lengths, zero, min above max.
 *
 * @see superfly/ltx `ParseFilename`
 */
export function parseFileName(name: string): { minTXID: Txid; maxTXID: Txid } | null {
  if (name.length !== LENGTH || name[16] !== '-' || !name.endsWith('.ltx')) return null
  const minTXID = parseTxid(name.slice(0, 16))
  const maxTXID = parseTxid(name.slice(17, 33))
  if (minTXID === null || maxTXID === null || minTXID > maxTXID) return null
  return { minTXID, maxTXID }
}
