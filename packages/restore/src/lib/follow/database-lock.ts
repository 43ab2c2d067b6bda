import type { Clock } from '@ltx/env'

/**
 * Keeps everybody else from a SQLite database, readers too: `BEGIN EXCLUSIVE` on a connection of one's own in rollback mode, say. The
 * package needs no SQLite and so is given this.
 *
 * - Resolves to `null` when others use the database: it is asked again after a moment. It must not wait for long.
 * - When it resolves to a lock, a rollback journal that a crash has left must have been played back (SQLite does), and the database
 *   must not be in WAL mode.
 * - Disposal lets go. It must not touch the file's content.
 * - POSIX locks belong to a process: no other descriptor of this file may be closed in it while the lock is held. {@link follow} keeps
 *   its own open.
 */
export type LockDatabase = (path: string) => Promise<AsyncDisposable | null>

/** Between two attempts to get a lock. */
const RETRY_MS = 50

/** After so long somebody is told. */
const PATIENCE_MS = 5000

export interface LockOptions {
  readonly clock: Clock
  readonly lock: LockDatabase
  readonly signal: AbortSignal | undefined
  /** Called once when it takes long. */
  readonly onWaiting: (waitedMs: number) => void
}

/**
 * Does something while nobody else can use a database. Waits for that until the signal fires; once it has begun, it is not interrupted.
 */
export async function whileLocked<Result>(
  path: string,
  { clock, lock, signal, onWaiting }: LockOptions,
  act: () => Promise<Result>,
): Promise<Result> {
  const startedMs = clock.elapsedMs()
  for (let told = false; ;) {
    signal?.throwIfAborted()
    const held = await lock(path)
    if (held !== null) {
      try {
        return await act()
      } finally {
        await held[Symbol.asyncDispose]()
      }
    }
    const waitedMs = clock.elapsedMs() - startedMs
    if (!told && waitedMs >= PATIENCE_MS) {
      told = true
      onWaiting(waitedMs)
    }
    await clock.sleep(RETRY_MS, { signal })
  }
}
