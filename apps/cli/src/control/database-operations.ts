import { formatTxid } from '@ltx/format'
import { expandPath } from '../config/expand-path.ts'
import { metaPathOf, newestLocalTxid } from '../local/local-state.ts'
import { describeError } from '../program/errors.ts'
import type { ControlContext } from './control-context.ts'
import { ControlError } from './control-error.ts'
import { deadline, TimeoutError } from './deadline.ts'
import { BusyError, type Changed } from './managed-databases.ts'
import type { RequestFields } from './request-fields.ts'

/** Seconds that an operation has when the request does not say. */
const USUAL_SECONDS = 30

type Operation = (fields: RequestFields, context: ControlContext) => Promise<Record<string, unknown>>

/** Follows a stopped database again. */
export const startDatabase: Operation = async (fields, context) => {
  const path = pathOf(fields.text('path'), context)
  requireKnown(path, context, 500)
  const seconds = fields.integer('timeout')
  using limit = deadline(seconds > 0 ? seconds : null, context.closing)
  const changed = await context.databases.start(path, limit.signal).catch((cause: unknown) => {
    const because = cause instanceof TimeoutError ? reasonOf(path, context) : ''
    throw new ControlError(500, `open database: ${describeError(cause)}${because}`, { cause })
  })
  return { status: statusOf(changed, 'started', 'already_running'), path, txid: await txidOf(path, context) }
}

/** Syncs a last time and stops; the database stays listed. A timeout below 0 leaves no time for that sync, and nobody is told of it. */
export const stopDatabase: Operation = async (fields, context) => {
  const path = pathOf(fields.text('path'), context)
  requireKnown(path, context, 500)
  const seconds = fields.integer('timeout') || USUAL_SECONDS
  using limit = deadline(seconds, context.closing)
  const changed = await context.databases.stop(path, limit.signal).catch((cause: unknown): Changed => {
    if (seconds < 0 && cause instanceof TimeoutError) return 'done'
    const what = cause instanceof BusyError ? 'not stopped' : 'stopped, but the last sync failed'
    throw new ControlError(500, `${what}: ${describeError(cause)}`, { cause })
  })
  return { status: statusOf(changed, 'stopped', 'already_stopped'), path, txid: await txidOf(path, context) }
}

/** Captures what was committed before the request; with `wait` brings it to the replica as well. */
export const syncDatabase: Operation = async (fields, context) => {
  const path = pathOf(fields.text('path'), context)
  const wait = fields.isOn('wait')
  requireKnown(path, context, 404)
  const database = context.databases.running(path)
  if (database === null) throw new ControlError(409, `database not open: ${path}`)
  const seconds = fields.integer('timeout')
  using limit = deadline(wait ? seconds || USUAL_SECONDS : seconds > 0 ? seconds : null, context.closing)
  const options = { signal: limit.signal }
  const before = database.status().txid ?? 0n
  try {
    const isAbsent = (): boolean => database.status().state === 'absent'
    const txid = wait
      ? (await database.sync(options)).txid
      : await database.capture(options).catch((error: unknown) => {
          if (isAbsent()) return null // nothing to capture is no failure
          throw error
        })
    const status = (txid ?? 0n) <= before ? 'no_change' : wait ? 'synced' : 'synced_local'
    return { status, path, txid: txid ?? 0n, replicated_txid: database.status().replicatedTXID ?? 0n }
  } catch (cause) {
    const because = cause instanceof TimeoutError ? reasonOf(path, context) : ''
    throw new ControlError(500, `sync database: ${describeError(cause)}${because}`, { cause })
  }
}

/** Takes in a database that is not in the configuration file. Forgotten when the daemon ends. */
export const registerDatabase: Operation = async (fields, context) => {
  const path = pathOf(fields.text('path'), context)
  const url = fields.text('replica_url')
  if (url === '') throw new ControlError(400, 'replica_url required')
  const changed = await failingWith(500, 'failed to register database', () =>
    context.databases.add(path, () => context.newDatabase(path, url), context.closing),
  )
  return { status: statusOf(changed, 'registered', 'already_registered'), path }
}

/** Syncs a last time, and the database is known no more. */
export const unregisterDatabase: Operation = async (fields, context) => {
  const path = pathOf(fields.text('path'), context)
  const known = context.databases.get(path)
  const seconds = fields.integer('timeout')
  using limit = deadline(seconds > 0 ? seconds : USUAL_SECONDS, context.closing)
  const changed = await failingWith(500, 'failed to unregister database', () =>
    context.databases.remove(path, limit.signal),
  )
  const metaPath = known?.settings.metaPath ?? metaPathOf(path)
  const txid = changed === 'already' ? 0n : ((await newestLocalTxid(metaPath)) ?? 0n)
  return { status: statusOf(changed, 'unregistered', 'already_unregistered'), path, txid }
}

/** Absolute. @throws {ControlError} 400 */
export function pathOf(given: string, { io }: ControlContext): string {
  if (given === '') throw new ControlError(400, 'path required')
  if (given.includes('\0')) throw new ControlError(400, 'invalid path: it has a zero byte in it')
  return expandPath(given, io)
}

/** Newest transaction that is captured; 0: none. */
export async function txidOf(path: string, { databases }: ControlContext): Promise<bigint> {
  const metaPath = databases.get(path)?.settings.metaPath ?? metaPathOf(path)
  return databases.running(path)?.status().txid ?? (await newestLocalTxid(metaPath)) ?? 0n
}

/** Why something of it takes so long, as far as that shows. */
function reasonOf(path: string, { troubles, databases }: ControlContext): string {
  const trouble = troubles.of(path)
  if (trouble !== null) return ` (${trouble.during}: ${describeError(trouble.error)})`
  const status = databases.running(path)?.status() ?? null
  if (status === null) return ''
  if (status.error !== null) return ` (${describeError(status.error)})`
  if (status.txid === null || status.txid === status.replicatedTXID) return ''
  const confirmed = status.replicatedTXID === null ? 'nothing' : formatTxid(status.replicatedTXID)
  return ` (captured up to ${formatTxid(status.txid)}, in the replica up to ${confirmed}; the storage has neither taken the rest nor failed yet)`
}

function requireKnown(path: string, { databases }: ControlContext, status: number): void {
  if (databases.get(path) === null) throw new ControlError(status, `database not found: ${path}`)
}

function statusOf(changed: Changed, done: string, already: string): string {
  return changed === 'done' ? done : already
}

async function failingWith<Result>(
  status: number,
  what: string,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof ControlError) throw cause
    throw new ControlError(status, `${what}: ${describeError(cause)}`, { cause })
  }
}
