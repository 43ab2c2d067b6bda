import { join } from 'node:path'
import { formatTxid } from '@ltx/format'
import type { PageChecksums } from '@ltx/replicator'
import {
  fileLabel,
  listReplica,
  planRestore,
  restore,
  type ReplicaListing,
  type RestorePlan,
  type RestoreResult,
} from '@ltx/restore'
import { chooseFormat } from '@ltx/restore/legacy'
import { counted } from '../text/counted.ts'
import { humanSize } from '../text/human-size.ts'
import { checkFiles } from './check-files.ts'
import { checkLevels, filesOf } from './check-levels.ts'
import { checkSpace } from './check-space.ts'
import { comparePages } from './compare-pages.ts'
import { Findings, NotChecked } from './finding.ts'
import { lackingIn } from './lacking-in.ts'
import { sourceState, type SourceState } from './source-state.ts'
import { checkIntegrity, placeFor, reportOf, type VerifyJob, type VerifyReport } from './verify-job.ts'
import { verifyLegacy } from './verify-legacy.ts'

/**
 * Proves that a replica can be restored, by restoring it: every level without a hole, every file that is needed sound, the database whole
 * in the eyes of SQLite and, where the local state tells, each page equal to the source's at that transaction. Writes nothing but
 * the temporary restored database, which is gone at the end, also of an aborted one.
 *
 * @throws the signal's reason, and a CommandError where no temporary directory can be made. Everything else is a finding.
 */
export async function verifyReplica(job: VerifyJob): Promise<VerifyReport> {
  const { client, env, signal } = job
  const findings = new Findings(env.clock, signal)
  const listing = await findings.add('list', async () => {
    const format = await chooseFormat(client, env, { kind: 'latest' }, signal)
    const result = format === '0.3' ? format : await listReplica(client, { signal })
    return { found: describeListing(result), result }
  })
  if (listing === '0.3') return await verifyLegacy(job, findings)
  if (listing !== null) return await verifyLevels(job, findings, listing)
  findings.omit(['levels', 'plan', 'confirmed', 'restore', 'files', 'integrity', 'compare'], AFTER('list'))
  return reportOf(findings, null)
}

const BY_URL = 'the replica was named by URL'
const AFTER = (check: string): string => `after "${check}" failed`

function describeListing(listing: ReplicaListing | '0.3'): string {
  if (listing === '0.3') return 'a replica of Litestream 0.3'
  const files = filesOf(listing)
  return `${counted(files.length, 'file')} of ${humanSize(files.reduce((sum, { size }) => sum + size, 0))}`
}

async function verifyLevels(
  job: VerifyJob,
  findings: Findings,
  first: ReplicaListing,
): Promise<VerifyReport> {
  const { client, env, signal, metaPath } = job
  await findings.add('levels', async () => {
    const found = await checkLevels(client, first, env.clock, signal)
    return { found, result: found }
  })
  // What there is to compare with decides which transaction is restored; it is told at the end.
  const source = metaPath === null ? null : await outcomeOf(sourceState(job, metaPath), signal)
  const state = source?.kind === 'value' ? source.value : null
  const plan = await findings.add('plan', async () => {
    const result = planRestore(state?.listing ?? (await listReplica(client, { signal })), { kind: 'latest' })
    return { found: describePlan(result), result }
  })
  if (plan === null) {
    findings.omit(['confirmed', 'restore', 'files', 'integrity', 'compare'], AFTER('plan'))
    return reportOf(findings, null)
  }
  await findings.add('confirmed', async () => await confirmedFound(job, first))
  await using place = await placeFor(job)
  const path = join(place.path, 'restored.db')
  const space = await findings.add('space', async () => {
    const found = await checkSpace(client, plan, place.parent, signal)
    return { found, result: found }
  })
  if (space === null) {
    findings.omit(['restore', 'files', 'integrity', 'compare'], AFTER('space'))
    return reportOf(findings, null)
  }
  const result = await findings.add('restore', async () => await restoreTo(job, path, state))
  await findings.add('files', async () => await filesFound(job, plan, result))
  if (result === null) {
    findings.omit(['integrity', 'compare'], AFTER('restore'))
    return reportOf(findings, null)
  }
  await findings.add('integrity', async () => await checkIntegrity(job, path))
  await findings.add('compare', async () => {
    if (source === null) throw new NotChecked(BY_URL)
    if (source.kind === 'error') throw source.error
    const found = await compare(job, path, source.value.checksums)
    return { found, result: found }
  })
  return reportOf(findings, result)
}

type Outcome<Value> = { kind: 'value'; value: Value } | { kind: 'error'; error: unknown }

async function outcomeOf<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Outcome<Value>> {
  try {
    return { kind: 'value', value: await promise }
  } catch (error) {
    signal.throwIfAborted()
    return { kind: 'error', error }
  }
}

function describePlan({ files, maxTXID }: RestorePlan): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return `${counted(files.length, 'file')} of ${humanSize(bytes)}, up to transaction ${formatTxid(maxTXID)}`
}

/** What was in the replica is there still, in one file or another. */
async function confirmedFound(job: VerifyJob, listing: ReplicaListing) {
  const { client, env, signal, metaPath, confirmed } = job
  if (metaPath === null) throw new NotChecked(BY_URL)
  if (confirmed === null) throw new NotChecked('nothing here says what the replica held')
  const lacking = await lackingIn({ client, listing, confirmed }, env.clock, signal)
  if (lacking !== null) throw new Error(lacking)
  return { found: `it still holds all up to ${formatTxid(confirmed)}`, result: true }
}

async function restoreTo(job: VerifyJob, outputPath: string, state: SourceState | null) {
  const { client, env, parallelism, onProgress, signal } = job
  const target = state === null ? undefined : ({ kind: 'txid', txid: state.checksums.txid } as const)
  const result = await restore({
    client,
    env,
    outputPath,
    target,
    parallelism,
    onProgress,
    signal,
    mode: 0o600,
  })
  return { found: `${humanSize(result.bytes)}, transaction ${formatTxid(result.txid)}`, result }
}

/** The restore has read its files to their end; others are read here. */
async function filesFound(job: VerifyJob, plan: RestorePlan, restored: RestoreResult | null) {
  const { client, onProgress, signal, all } = job
  const read = new Set(restored?.files.map(fileLabel))
  const wanted = all ? filesOf(await listReplica(client, { signal })) : plan.files
  const files = wanted.filter((file) => !read.has(fileLabel(file)))
  const found = await checkFiles({ client, files, onProgress, signal })
  const avoided = restored?.replaced ?? []
  if (avoided.length > 0) {
    throw new Error(
      `broken or missing, though others hold the same transactions: ${avoided.map(fileLabel).join(', ')}`,
    )
  }
  const byRestore = `${counted(read.size, 'file')} sound, as the restore has found`
  return { found: files.length === 0 ? byRestore : `${byRestore}; ${found}`, result: found }
}

async function compare({ env, signal }: VerifyJob, path: string, checksums: PageChecksums): Promise<string> {
  await using handle = await env.files.open(path, 'read')
  return await comparePages(handle, checksums, signal)
}
