import type { CallOptions, ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { BACKOFF_SETTINGS, nextBackoff, NO_FAILURES } from '../replica/backoff.ts'
import { answerWithin } from '../replica/answer-within.ts'

/** Whoever has stored anything has a file in one of these, whichever program it was. */
const LEVELS = [9, 0]
const ANSWER_MS_MAX = 30_000

/**
 * Whether a replica holds anything. One that does not answer is asked again, with growing pauses.
 *
 * @throws `signal.reason`; what the client throws when it is closed
 */
export async function holdsFiles(
  { clock, random }: Pick<Env, 'clock' | 'random'>,
  client: Pick<ReplicaClient, 'listFiles'>,
  signal: AbortSignal,
): Promise<boolean> {
  let backoff = NO_FAILURES
  for (;;) {
    try {
      return await answerWithin(clock, ANSWER_MS_MAX, 'look into the replica', { signal }, (options) =>
        hasFile(client, options),
      )
    } catch {
      signal.throwIfAborted()
      const failure = { elapsedMs: clock.elapsedMs(), random: random.next() }
      const { state, delayMs } = nextBackoff(backoff, failure, BACKOFF_SETTINGS)
      backoff = state
      await clock.sleep(delayMs, { signal })
    }
  }
}

async function hasFile(client: Pick<ReplicaClient, 'listFiles'>, options: CallOptions): Promise<boolean> {
  for (const level of LEVELS) {
    for await (const file of client.listFiles(level, options)) return file.level === level
  }
  return false
}
