import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { formatTxid, toTxid } from '@ltx/format'
import { checkTimeBounds, isRestoreError, listReplica, restore, type RestoreTarget } from '@ltx/restore'
import { restoreWithLitestream } from '../src/index.ts'
import { describeFiles, storedFiles } from './stored-files.ts'

export type Target =
  | { readonly kind: 'latest' }
  | { readonly kind: 'txid'; readonly txid: bigint }
  | { readonly kind: 'timestamp'; readonly timestampMs: number }

export const LATEST: Target = { kind: 'latest' }

/** The restored bytes, or why it was refused. */
type Restored = { readonly bytes: Buffer } | { readonly refusal: string }

let outputs = 0

/** As the command does it: a time outside the replica's bounds is refused. */
export async function restoreOurs(replica: string, target: Target = LATEST): Promise<Restored> {
  const env = nodeEnv()
  const outputPath = `${replica}-ours-${++outputs}.db`
  await using client = fileClient({ path: replica, env })
  try {
    if (target.kind === 'timestamp') {
      checkTimeBounds(await listReplica(client, { exactTimestamps: true }), target.timestampMs)
    }
    await restore({ client, env, outputPath, target: ourTarget(target) })
    return { bytes: await taken(outputPath) }
  } catch (error) {
    if (isRestoreError(error)) return { refusal: error.message }
    throw error
  }
}

export async function restoreTheirs(replica: string, target: Target = LATEST): Promise<Restored> {
  const output = `${replica}-theirs-${++outputs}.db`
  const finished = await restoreWithLitestream({
    replica,
    output,
    ...(target.kind === 'txid' && { txid: formatTxid(target.txid) }),
    ...(target.kind === 'timestamp' && { timestamp: new Date(target.timestampMs).toISOString() }),
  })
  if (finished.code !== 0) return { refusal: `${finished.stdout}${finished.stderr}`.trim() }
  return { bytes: await taken(output) }
}

/** Both give the same bytes, or both refuse. Returns the bytes; `null`: both refused. */
export async function restoreWithBoth(replica: string, target: Target = LATEST): Promise<Buffer | null> {
  const [ours, theirs] = await Promise.all([restoreOurs(replica, target), restoreTheirs(replica, target)])
  if ('refusal' in ours && 'refusal' in theirs) return null
  if ('refusal' in ours) return failed(replica, target, `ours refused: ${ours.refusal}`)
  if ('refusal' in theirs) return failed(replica, target, `litestream refused: ${theirs.refusal}`)
  if (Buffer.compare(ours.bytes, theirs.bytes) !== 0) {
    return failed(replica, target, `the two differ: ${firstDifference(ours.bytes, theirs.bytes)}`)
  }
  return ours.bytes
}

/** Both restore the newest state, and it is `image`. */
export async function assertBothRestore(replica: string, image: Uint8Array): Promise<void> {
  const bytes = await restoreWithBoth(replica)
  if (bytes === null) return failed(replica, LATEST, 'both refused')
  if (Buffer.compare(bytes, image) !== 0) {
    return failed(replica, LATEST, `restored (a) is not the database (b): ${firstDifference(bytes, image)}`)
  }
}

/**
 * Waits until the replica restores to the database as it is, at most 30 s. Litestream writes its own tables: the image is asked for
 * anew each time.
 *
 * @returns that image.
 */
export async function untilRestorable(replica: string, imageNow: () => Promise<Buffer>): Promise<Buffer> {
  const start = performance.now()
  for (;;) {
    const image = await imageNow()
    const restored = await restoreOurs(replica).catch((error: unknown) => ({ refusal: String(error) }))
    if ('bytes' in restored && Buffer.compare(restored.bytes, image) === 0) return image
    if (performance.now() - start > 30_000) {
      const found = 'bytes' in restored ? firstDifference(restored.bytes, image) : restored.refusal
      return failed(replica, LATEST, `restored (a) is not the database (b), after 30 s: ${found}`)
    }
    await sleep(50)
  }
}

async function failed(replica: string, target: Target, what: string): Promise<never> {
  const wanted =
    target.kind === 'latest'
      ? 'latest'
      : JSON.stringify(target, (_, value: unknown) => (typeof value === 'bigint' ? formatTxid(value) : value))
  assert.fail(`restore of ${wanted}: ${what}\n${describeFiles(await storedFiles(replica))}`)
}

/** For a message: sizes, and where two images first differ. */
export function firstDifference(a: Uint8Array, b: Uint8Array): string {
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  return `${a.length} and ${b.length} bytes, first difference at byte ${at}`
}

function ourTarget(target: Target): RestoreTarget {
  return target.kind === 'txid' ? { kind: 'txid', txid: toTxid(target.txid) } : target
}

async function taken(file: string): Promise<Buffer> {
  const bytes = await readFile(file)
  await rm(file)
  return bytes
}
