import type { CallOptions, ClientError, ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import type { Txid } from '@ltx/format'
import { ReplicatorError } from '../errors.ts'
import { askReplica, type AskParts, type ReplicaAnswer } from '../replica/ask-replica.ts'
import { planStart, type StartPlan } from '../replica/plan-start.ts'
import type { LinkStart } from '../replica/replica-link.ts'
import type { RemoteFiles } from '../replica/remote-files.ts'
import { adoptBaseline } from './adopt-baseline.ts'
import type { FollowerPort, OpenedDatabase, StartOrder } from './follower-port.ts'
import type { LocalPort } from './local-port.ts'
import { isUnanswered, type ReplicaWait } from './replica-wait.ts'

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

/** How the replica is asked. */
export interface AskingParts extends AskParts {
  readonly wait: ReplicaWait
  /** Begin without the replica if it does not answer. False right after it has: what it said has to be acted on. */
  readonly mayBeginOffline: boolean
}

export interface StartParts extends AskingParts {
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
 *
 * @throws {ReplicatorError} `REPLICATOR_CLOSED` when the wait for an answer is over, and nothing local could be gone on with
 */
export async function prepareStart(
  parts: StartParts,
  opened: OpenedDatabase,
  options: CallOptions,
): Promise<PreparedStart> {
  const answer = await askAtStart(parts, options)
  if (answer.kind === 'unknown') {
    const message = 'everything is to end, and there is nothing local that could be gone on with'
    if (parts.wait.isOver && opened.local === null) throw new ReplicatorError('REPLICATOR_CLOSED', message)
    return offlineStart(answer.error, opened.local?.max ?? null)
  }
  const { remote, facts } = answer
  const plan = planStart(facts)
  const order = await orderFor(parts, opened, { plan, remote }, options)
  return { plan, link: { kind: 'known', remote, confirmed: order.confirmed }, order }
}

/** @throws {ClientError} when the replica does not answer and nothing may begin without it */
export async function askAtStart(
  parts: AskingParts,
  options: CallOptions,
): Promise<
  (ReplicaAnswer & { readonly kind: 'known' }) | { readonly kind: 'unknown'; readonly error: ClientError }
> {
  const ask = (limited: CallOptions): Promise<ReplicaAnswer> => askReplica(parts, limited)
  if (!parts.mayBeginOffline) return { kind: 'known', ...(await ask(options)) }
  try {
    return { kind: 'known', ...(await parts.wait.answer('list the replica', options, ask)) }
  } catch (error) {
    options.signal?.throwIfAborted()
    if (!isUnanswered(error)) throw error
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
