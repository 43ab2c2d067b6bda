import type { CallOptions } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { readPosition } from '../follow/position-record.ts'
import { readSeal, sealHolds } from '../follow/seal.ts'
import { planStart } from '../replica/plan-start.ts'
import type { LocalPort } from './local-port.ts'
import { looksChanged, type Asleep } from './looks-changed.ts'
import { askAtStart, offlineStart, type AskingParts, type PreparedStart } from './prepare-start.ts'

export interface RestingParts extends AskingParts {
  readonly env: Env
  /** Of the database. */
  readonly path: string
  readonly metaPath: string
  readonly local: LocalPort
  /** Larger databases begin awake. */
  readonly bytesMax: number
}

export interface RestingStart {
  readonly prepared: PreparedStart
  readonly asleep: Asleep
}

/**
 * A database that was sealed by the process before, looks as it did then, and has everything in the replica can begin asleep: nobody opens
 * it before something changes. That is what makes the start of thousands cheap (engine.md §6). Where the replica does not answer, it is
 * enough that nothing has changed: there is nothing to capture.
 *
 * @returns `null`: it has to be opened and looked at.
 */
export async function restingStart(parts: RestingParts, options: CallOptions): Promise<RestingStart | null> {
  const { env, path, metaPath, local } = parts
  const seal = readSeal(env, metaPath)
  const position = readPosition(env, metaPath)
  if (seal === null || position === null || !sealHolds(seal, position, seal.main)) return null
  const { txid, pageSize, commit, wal } = position
  if (pageSize * commit > parts.bytesMax || (await local.list()).at(-1)?.txid !== txid) return null
  const asleep: Asleep = { kind: 'asleep', main: seal.main, wal, pageSize, neverOpened: true }
  if (await looksChanged(env.files, path, asleep)) return null
  const answer = await askAtStart(parts, options)
  if (answer.kind === 'unknown') return { prepared: offlineStart(answer.error, txid), asleep }
  const { remote, facts } = answer
  const plan = planStart(facts)
  if (plan.kind !== 'continue' || plan.uploadAfter !== txid) return null
  const order = { keepLocal: true, lastTXID: txid, newestFileMs: 0, confirmed: txid }
  return { prepared: { plan, link: { kind: 'known', remote, confirmed: txid }, order }, asleep }
}
