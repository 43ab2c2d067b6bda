import type { CallOptions, ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { observeStart } from '../replica/observe-start.ts'
import { planStart, type StartPlan } from '../replica/plan-start.ts'
import { RemoteFiles } from '../replica/remote-files.ts'
import { adoptBaseline } from './adopt-baseline.ts'
import type { FollowerPort, OpenedDatabase, StartOrder } from './follower-port.ts'
import type { LocalPort } from './local-port.ts'

export interface PreparedStart {
  readonly plan: StartPlan
  readonly remote: RemoteFiles
  readonly order: StartOrder
}

export interface StartParts {
  readonly env: Env
  readonly client: ReplicaClient
  readonly local: LocalPort
  readonly follower: FollowerPort
  readonly metaPath: string
  readonly rebuildBytesMax: number
}

/**
 * Lists the replica, once, compares the newest file that both sides have, and plans how to go on. Where nothing local says what the
 * replica holds, that is read from the replica if it is cheap, so that only what differs has to go up.
 */
export async function prepareStart(
  parts: StartParts,
  opened: OpenedDatabase,
  options: CallOptions,
): Promise<PreparedStart> {
  const { client, local } = parts
  const remote = await RemoteFiles.load(client, options)
  const plan = planStart(await observeStart({ client, local, remote }, options))
  return { plan, remote, order: await orderFor(parts, opened, { plan, remote }, options) }
}

async function orderFor(
  parts: StartParts,
  opened: OpenedDatabase,
  { plan, remote }: Omit<PreparedStart, 'order'>,
  options: CallOptions,
): Promise<StartOrder> {
  const adopt = { ...parts, remote, bytesMax: parts.rebuildBytesMax }
  switch (plan.kind) {
    case 'first':
      return { keepLocal: false, lastTXID: null, newestFileMs: 0, confirmed: null }
    case 'rebase': {
      await parts.follower.reset()
      const keepLocal = await adoptBaseline(adopt, plan.base, options)
      return { keepLocal, lastTXID: plan.base, newestFileMs: newestFileMs(remote), confirmed: plan.base }
    }
    case 'continue':
    case 'republish': {
      const { uploadAfter } = plan
      if (plan.kind === 'continue' && uploadAfter !== null && !opened.hasBaseline) {
        await adoptBaseline(adopt, uploadAfter, options)
      }
      const lastTXID = opened.local?.max ?? null
      return { keepLocal: true, lastTXID, newestFileMs: 0, confirmed: uploadAfter }
    }
    default:
      return plan satisfies never
  }
}

function newestFileMs(remote: RemoteFiles): number {
  return remote.levels.flat().reduce((newest, { createdAtMs }) => Math.max(newest, createdAtMs), 0)
}
