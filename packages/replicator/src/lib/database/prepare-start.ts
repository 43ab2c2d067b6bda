import { isClientError, type CallOptions, type ClientError, type ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import type { Txid } from '@ltx/format'
import { answerWithin } from '../replica/answer-within.ts'
import { askReplica, type AskParts, type ReplicaAnswer } from '../replica/ask-replica.ts'
import { planStart, type StartPlan } from '../replica/plan-start.ts'
import type { LinkStart } from '../replica/replica-link.ts'
import type { RemoteFiles } from '../replica/remote-files.ts'
import { adoptBaseline } from './adopt-baseline.ts'
import type { FollowerPort, OpenedDatabase, StartOrder } from './follower-port.ts'
import type { LocalPort } from './local-port.ts'

/** The application's commits are not kept waiting for longer by a replica that does not answer. */
const ANSWER_MS_MAX = 30_000

/** The replica could not be listed: local files go on under provisional TXIDs until it can. */
export interface OfflinePlan {
  readonly kind: 'offline'
  readonly because: string
}

export interface PreparedStart {
  readonly plan: StartPlan | OfflinePlan
  readonly link: LinkStart
  readonly order: StartOrder
}

export interface StartParts {
  readonly env: Env
  readonly client: ReplicaClient
  readonly local: LocalPort
  readonly follower: FollowerPort
  readonly metaPath: string
  readonly rebuildBytesMax: number
  /** Begin without the replica if it does not answer. False right after it has: what it said has to be acted on. */
  readonly mayBeginOffline: boolean
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
  const answer = await askAtStart(parts, options)
  if (answer.kind === 'unknown') return offlineStart(answer.error, opened.local?.max ?? null)
  const { remote, facts } = answer
  const plan = planStart(facts)
  const order = await orderFor(parts, opened, { plan, remote }, options)
  return { plan, link: { kind: 'known', remote, confirmed: order.confirmed }, order }
}

/** @throws {ClientError} when the replica does not answer and nothing may begin without it */
export async function askAtStart(
  parts: AskParts & { readonly env: Pick<Env, 'clock'>; readonly mayBeginOffline: boolean },
  options: CallOptions,
): Promise<
  (ReplicaAnswer & { readonly kind: 'known' }) | { readonly kind: 'unknown'; readonly error: ClientError }
> {
  const { clock } = parts.env
  if (!parts.mayBeginOffline) return { kind: 'known', ...(await askReplica(parts, options)) }
  try {
    const ask = (limited: CallOptions): Promise<ReplicaAnswer> => askReplica(parts, limited)
    return { kind: 'known', ...(await answerWithin(clock, ANSWER_MS_MAX, 'list the replica', options, ask)) }
  } catch (error) {
    if (!isClientError(error) || error.code === 'CLIENT_CLOSED') throw error
    return { kind: 'unknown', error }
  }
}

/** Local files are gone on with as they are, as if all of them were stored: whether they are is seen before anything goes up. */
export function offlineStart(error: ClientError, newestLocal: Txid | null): PreparedStart {
  const because = `the replica cannot be listed (${error.message}); changes are kept in local files until it can`
  return {
    plan: { kind: 'offline', because },
    link: { kind: 'unknown', error },
    order: {
      keepLocal: newestLocal !== null,
      lastTXID: newestLocal,
      newestFileMs: 0,
      confirmed: null,
      assumed: newestLocal,
      imageOnce: true,
    },
  }
}

async function orderFor(
  parts: StartParts,
  opened: OpenedDatabase,
  { plan, remote }: { readonly plan: StartPlan; readonly remote: RemoteFiles },
  options: CallOptions,
): Promise<StartOrder> {
  const adopt = { ...parts, remote, bytesMax: parts.rebuildBytesMax }
  switch (plan.kind) {
    case 'first':
      return { keepLocal: false, lastTXID: null, newestFileMs: 0, confirmed: null, imageOnce: true }
    case 'rebase': {
      await parts.follower.reset()
      const keepLocal = await adoptBaseline(adopt, plan.base, options)
      const { base } = plan
      return { keepLocal, lastTXID: base, newestFileMs: newestFileMs(remote), confirmed: base }
    }
    case 'continue':
    case 'republish': {
      const { uploadAfter } = plan
      if (plan.kind === 'continue' && uploadAfter !== null && !opened.hasBaseline) {
        await adoptBaseline(adopt, uploadAfter, options)
      }
      const lastTXID = opened.local?.max ?? null
      const imageOnce = uploadAfter === null
      return { keepLocal: true, lastTXID, newestFileMs: 0, confirmed: uploadAfter, imageOnce }
    }
    default:
      return plan satisfies never
  }
}

function newestFileMs(remote: RemoteFiles): number {
  return remote.levels.flat().reduce((newest, { createdAtMs }) => Math.max(newest, createdAtMs), 0)
}
