import type { ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { formatFileName, formatTxid } from '@ltx/format'
import { listReplica, planRestore, type RestoreTarget } from '@ltx/restore'
import { type LegacyPlan, listLegacy, newerFormat, planLegacy } from '@ltx/restore/legacy'
import { jsonText } from '../print/json.ts'
import { tableText } from '../print/table.ts'
import { formatSeconds } from '../text/rfc3339.ts'

export interface PlanRequest {
  /** What is to be restored, as people may see it. */
  readonly source: string
  readonly output: string
  readonly target: RestoreTarget
  readonly json: boolean
}

/**
 * What a restore would do, as text or JSON.
 *
 * @throws {RestoreError} when it could not be done
 */
export async function planText(
  request: PlanRequest,
  { client, env }: { readonly client: ReplicaClient; readonly env: Env },
  signal: AbortSignal,
): Promise<string> {
  const { target } = request
  const listing = await listReplica(client, { exactTimestamps: target.kind === 'timestamp', signal })
  if (target.kind !== 'txid') {
    const legacy = await listLegacy(client, env, signal)
    if (newerFormat(legacy, listing, target) === '0.3') {
      return legacyPlanText(request, client.type, planLegacy(legacy, target))
    }
  }
  const plan = planRestore(listing, target)
  const files = plan.files.map((file) => ({
    level: file.level,
    name: formatFileName(file.minTXID, file.maxTXID),
    min_txid: formatTxid(file.minTXID),
    max_txid: formatTxid(file.maxTXID),
    size: file.size,
    timestamp: formatSeconds(file.createdAtMs),
  }))
  const [min_txid, max_txid] = [formatTxid(plan.minTXID), formatTxid(plan.maxTXID)]
  const { source, output, json } = request
  if (json) return jsonText({ source, target_path: output, replica: client.type, min_txid, max_txid, files })
  const head = [
    'This would be restored:',
    `  source: ${source}`,
    `  target: ${output}`,
    `  replica: ${client.type}`,
    `  txid range: ${min_txid} - ${max_txid}`,
    '',
    'From these files:',
    '',
  ]
  const header = ['level', 'file', 'min_txid', 'max_txid', 'size', 'timestamp']
  return (
    head.join('\n') +
    tableText(
      header,
      files.map((file) => Object.values(file).map(String)),
    )
  )
}

/** There are no transaction ids, but a generation, and other names. */
function legacyPlanText({ source, output, json }: PlanRequest, replica: string, plan: LegacyPlan): string {
  const { generation } = plan.snapshot
  const files = [plan.snapshot, ...plan.wals.flatMap((wal) => wal.segments)].map((file) => ({
    name: file.path.slice(`generations/${generation}/`.length),
    size: file.size,
    timestamp: formatSeconds(file.modifiedAtMs),
  }))
  if (json) return jsonText({ source, target_path: output, replica, format: '0.3', generation, files })
  const head = [
    'This would be restored, from a replica of Litestream 0.3:',
    `  source: ${source}`,
    `  target: ${output}`,
    `  replica: ${replica}`,
    `  generation: ${generation}`,
    '',
    'From these files:',
    '',
  ]
  const rows = files.map((file) => Object.values(file).map(String))
  return head.join('\n') + tableText(['file', 'size', 'timestamp'], rows)
}
