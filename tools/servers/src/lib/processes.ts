import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process, told apart from a later one which has its id by chance. */
export interface ProcessId {
  readonly pid: number
  /** When it started, in the kernel's ticks since boot; empty where there is no /proc. */
  readonly started: string
}

const TERM_WAIT_MS = 5000
const KILL_WAIT_MS = 5000
const POLL_MS = 10

/** At once, so that nothing can come between the start of a process and its being written down. */
export function identify(pid: number): ProcessId {
  return { pid, started: stateOf(pid).started }
}

/** Whether it runs. A zombie does not, once its last thread is gone: until then its ports are still open. */
export function isRunning(process: ProcessId): boolean {
  if (!canSignal(process.pid)) return false
  const { started, state, threads } = stateOf(process.pid)
  return started === process.started && !(state === 'Z' && threads <= 1)
}

/** Ends a process and all of its group, of which it must be the leader: SIGTERM, and SIGKILL for what does not listen. */
export async function endProcessGroup(process: ProcessId): Promise<void> {
  if (isRunning(process)) {
    signalGroup(process.pid, 'SIGTERM')
    if (await endsWithin(process, TERM_WAIT_MS)) {
      signalGroup(process.pid, 'SIGKILL') // children that outlived it
      return
    }
    signalGroup(process.pid, 'SIGKILL')
    if (!(await endsWithin(process, KILL_WAIT_MS))) throw new Error(`process ${process.pid} does not end`)
  } else if (!canSignal(process.pid)) {
    signalGroup(process.pid, 'SIGKILL') // it died, its children may not have; the id is not given away before they end
  }
}

async function endsWithin(process: ProcessId, limitMs: number): Promise<boolean> {
  const start = performance.now()
  while (isRunning(process)) {
    if (performance.now() - start > limitMs) return false
    await sleep(POLL_MS)
  }
  return true
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // nobody left: fine
  }
}

function canSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

interface ProcessState {
  readonly state: string
  readonly threads: number
  readonly started: string
}

/** Fields 3, 20 and 22 of /proc/PID/stat; the name before them is in brackets and may hold anything. */
function stateOf(pid: number): ProcessState {
  const fields = statOf(pid).split(' ')
  return { state: fields[0] ?? '', threads: Number(fields[17] ?? 0), started: fields[19] ?? '' }
}

function statOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2)
  } catch {
    return '' // it has ended, or there is no /proc
  }
}
