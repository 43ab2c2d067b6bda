import { collectFiles, type FileInfo, LEVEL_MAX, type ReplicaClient, SNAPSHOT_LEVEL } from '@ltx/client-core'
import { planFollow } from './plan-follow.ts'

/** What all levels together say about going on from a transaction. */
export type Outlook =
  | { readonly kind: 'plan'; readonly plan: readonly FileInfo[] }
  /** The newest transaction is that of the copy. */
  | { readonly kind: 'up-to-date' }
  /** There are newer transactions, but not those that come next. */
  | { readonly kind: 'pruned' }
  /** The newest transaction comes before that of the copy. */
  | { readonly kind: 'behind' }
  | { readonly kind: 'empty' }

/**
 * Looks for the next transactions in every level.
 *
 * @param fresh Files of level 0 after `txid`, listed before: what is compacted meanwhile is in one of the two.
 * @throws {ClientError} as the storage says
 */
export async function lookFurther(
  client: ReplicaClient,
  txid: bigint,
  fresh: readonly FileInfo[],
  signal: AbortSignal | undefined,
): Promise<Outlook> {
  const files = [...fresh]
  for (let level = 1; level <= LEVEL_MAX; level++) {
    files.push(...(await collectFiles(client.listFiles(level, { signal }))))
  }
  const plan = planFollow(
    files.filter((file) => file.level !== SNAPSHOT_LEVEL),
    txid,
  )
  if (plan.length > 0) return { kind: 'plan', plan }
  if (newestOf(files) < txid) files.push(...(await collectFiles(client.listFiles(0, { signal }))))
  const newest = newestOf(files)
  if (newest > txid) return { kind: 'pruned' }
  if (newest === txid) return { kind: 'up-to-date' }
  return newest === 0n ? { kind: 'empty' } : { kind: 'behind' }
}

/** The last transaction of all; 0 without files. */
export function newestOf(files: readonly FileInfo[]): bigint {
  return files.reduce((newest, { maxTXID }) => (maxTXID > newest ? maxTXID : newest), 0n)
}
