import type { ReplicaClient } from '@ltx/client-core'
import { formatFileName, formatTxid } from '@ltx/format'
import { listReplica, planRestore, type RestoreTarget } from '@ltx/restore'
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
  client: ReplicaClient,
  signal: AbortSignal,
): Promise<string> {
  const exactTimestamps = request.target.kind === 'timestamp'
  const plan = planRestore(await listReplica(client, { exactTimestamps, signal }), request.target)
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
