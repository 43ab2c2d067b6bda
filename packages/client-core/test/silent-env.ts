import { simEnv } from '@ltx/env/sim'
import type { RetryEnv } from '../src/index.ts'

/** Simulated chance; a clock on which a sleep takes no real time, but is counted. */
export interface SilentEnv extends RetryEnv {
  readonly slept: readonly number[]
}

export function silentEnv(seed: number = 1): SilentEnv {
  const { random } = simEnv({ seed })
  const slept: number[] = []
  let nowMs = 0
  return {
    random,
    slept,
    clock: {
      wallMs: () => nowMs,
      elapsedMs: () => nowMs,
      async sleep(delayMs, options) {
        options?.signal?.throwIfAborted()
        slept.push(delayMs)
        nowMs += delayMs
        await Promise.resolve()
        options?.signal?.throwIfAborted()
      },
    },
  }
}
