import type { CallOptions, ReplicaClient } from '@ltx/client-core'
import { compareWithStored, findLastSame } from '../replica/identity.ts'
import { newestCommon, planStart, type StartPlan, type TxidRange } from '../replica/plan-start.ts'
import { RemoteFiles } from '../replica/remote-files.ts'
import type { StartOrder } from './follower-port.ts'
import type { LocalPort } from './local-port.ts'

export interface PreparedStart {
  readonly plan: StartPlan
  readonly remote: RemoteFiles
  readonly order: StartOrder
}

/** Lists the replica, once, compares the newest file that both sides have, and plans how to go on. */
export async function prepareStart(
  client: ReplicaClient,
  local: LocalPort,
  range: TxidRange | null,
  options: CallOptions,
): Promise<PreparedStart> {
  const remote = await RemoteFiles.load(client, options)
  const common = range === null ? null : newestCommon(range, remote.levels)
  const copies = common === null ? [] : await local.list()
  const copy = copies.find(({ txid }) => txid === common?.maxTXID)
  const components = { client, local }
  const identity =
    common === null || copy === undefined
      ? 'unknown'
      : await compareWithStored(components, copy, common, options)
  const inRun = copies.filter(({ txid }) => range !== null && txid >= range.min && txid <= range.max)
  const lastSame = identity === 'different' ? await findLastSame(components, inRun, options) : null
  const plan = planStart({ local: range, levels: remote.levels, identity, lastSame })
  return { plan, remote, order: orderOf(plan, range) }
}

function orderOf(plan: StartPlan, range: TxidRange | null): StartOrder {
  switch (plan.kind) {
    case 'first':
      return { keepLocal: false, lastTXID: null, confirmed: null }
    case 'rebase':
      return { keepLocal: false, lastTXID: plan.base, confirmed: plan.base }
    case 'continue':
    case 'republish':
      return { keepLocal: true, lastTXID: range?.max ?? null, confirmed: plan.uploadAfter }
    default:
      return plan satisfies never
  }
}
