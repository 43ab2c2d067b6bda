import type { BlockingFileHandle, BlockingFiles, Clock, Env } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { seeded, type Seeded } from './seeded.ts'

/** How a replicator's world differs from the real one. Only where SQLite runs in the replicator's own thread. */
export interface Hostility {
  /** Elapsed time and waits pass so many times as fast. */
  readonly clockRate: number
  /** Probability that a call that changes local files fails, before or after it has done its work. */
  readonly diskFaults: number
  readonly seed: number
}

export interface HostileEnv {
  readonly env: Env
  /** Ends or begins failures of the disk. */
  readonly setDiskFaults: (probability: number) => void
}

export function hostileEnv(hostility: Hostility | undefined): HostileEnv {
  const env = nodeEnv()
  if (hostility === undefined) return { env, setDiskFaults: () => {} }
  const disk = new FaultyDisk(env.blockingFiles, seeded(hostility.seed), hostility.diskFaults)
  return {
    env: { ...env, clock: fastClock(env.clock, hostility.clockRate), blockingFiles: disk.files },
    setDiskFaults: (probability) => {
      disk.probability = probability
    },
  }
}

function fastClock(clock: Clock, rate: number): Clock {
  return {
    wallMs: () => clock.wallMs(), // compared with times of files
    elapsedMs: () => clock.elapsedMs() * rate,
    sleep: (delayMs, options) => clock.sleep(delayMs / rate, options),
  }
}

const CHANGES = ['makeDirectory', 'rename', 'removeTree', 'remove', 'syncDirectory'] as const
const HANDLE_CHANGES = ['write', 'truncate', 'sync', 'syncData'] as const

class FaultyDisk {
  readonly files: BlockingFiles
  probability: number
  readonly #random: Seeded

  constructor(files: BlockingFiles, random: Seeded, probability: number) {
    this.#random = random
    this.probability = probability
    const open: BlockingFiles['open'] = (path, mode, options) => {
      if (mode === 'read') return files.open(path, mode, options)
      return this.#handle(this.#failing(`open ${path}`, () => files.open(path, mode, options)))
    }
    this.files = this.#wrapped(files, CHANGES, { open })
  }

  #handle(handle: BlockingFileHandle): BlockingFileHandle {
    return this.#wrapped(handle, HANDLE_CHANGES, {})
  }

  #wrapped<Target extends object>(
    target: Target,
    names: readonly (keyof Target)[],
    others: Partial<Target>,
  ): Target {
    return new Proxy(target, {
      get: (_, name): unknown => {
        const own = others[name as keyof Target]
        if (own !== undefined) return own
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        const call = (...args: readonly unknown[]): unknown => value.apply(target, args) as unknown
        if (!names.includes(name as keyof Target)) return call
        return (...args: readonly unknown[]) => this.#failing(String(name), () => call(...args))
      },
    })
  }

  #failing<Result>(what: string, act: () => Result): Result {
    const fails = this.#random.chance(this.probability)
    if (fails && this.#random.chance(0.5)) throw diskError(what)
    const result = act()
    if (fails && what !== 'write' && !what.startsWith('open')) throw diskError(what)
    return result
  }
}

function diskError(what: string): Error {
  return Object.assign(new Error(`EIO: made by the test, ${what}`), { code: 'EIO' })
}
