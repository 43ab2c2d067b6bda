import type { Clock } from '@ltx/env'
import type { Database, Store } from '@ltx/replicator'
import { CommandError } from '../program/errors.ts'

/** A start that takes longer has much to read: the rest of the daemon begins beside it. */
const START_MS_MAX = 5000
const LOOK_MS = 100

/** A Store that is being opened. */
export interface Opening {
  /** Rejects when none of the databases can be followed, and not only for now. */
  readonly done: Promise<void>
}

/**
 * Opens a Store, and waits for that, but not for long, not once a storage has left a second without an answer, and not after `stop`. Most
 * starts are over by then, also those that fail.
 *
 * @throws {CommandError} it has turned out that none of the databases can be followed
 */
export async function openStore(
  store: Pick<Store, 'open' | 'databases'>,
  clock: Pick<Clock, 'sleep' | 'elapsedMs'>,
  stop: AbortSignal,
): Promise<Opening> {
  const done = store.open().catch((cause: unknown) => {
    throw new CommandError('cannot start', { cause })
  })
  done.catch(() => {}) // whoever wants to know asks for it
  const enough = new AbortController()
  const signal = AbortSignal.any([stop, enough.signal])
  try {
    await Promise.race([done, untilSlow(store, clock, signal)])
  } finally {
    enough.abort()
  }
  return { done }
}

async function untilSlow(
  store: Pick<Store, 'databases'>,
  clock: Pick<Clock, 'sleep' | 'elapsedMs'>,
  signal: AbortSignal,
): Promise<void> {
  const endMs = clock.elapsedMs() + START_MS_MAX
  while (!signal.aborted && clock.elapsedMs() < endMs && !store.databases.some(isKeptWaiting)) {
    await clock.sleep(LOOK_MS, { signal }).catch(() => {})
  }
}

/** While a database is being opened, the only trouble that it tells of is a storage that does not answer. */
function isKeptWaiting(database: Pick<Database, 'status'>): boolean {
  const { state, error } = database.status()
  return state === 'opening' && error !== null
}
