import { setTimeout as sleep } from 'node:timers/promises'
import type { MeasuredChild } from './measured-child.ts'

export interface IdleCost {
  /** Of one core. */
  readonly cpuPercent: number
  /** At the end of the window. */
  readonly rssBytes: number
}

/** What a program costs while nothing happens. */
export async function idleWindow(child: MeasuredChild, seconds: number): Promise<IdleCost> {
  const startMs = performance.now()
  const beforeMs = child.cpuMs()
  await sleep(seconds * 1000)
  const cpuPercent = ((child.cpuMs() - beforeMs) / (performance.now() - startMs)) * 100
  const memory = child.memory()
  if (memory === null) throw new Error(`it ended while it was idle\n${child.output}`)
  return { cpuPercent, rssBytes: memory.rssBytes }
}
