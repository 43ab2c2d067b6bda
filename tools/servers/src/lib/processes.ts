import { readdirSync, readFileSync } from 'node:fs'
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

/**
 * Ends a process, which must lead its group, the rest of the group, and its children that left it (a session of sshd does): SIGTERM,
 * and SIGKILL for what does not listen.
 */
export async function endProcessGroup(process: ProcessId): Promise<void> {
  if (isRunning(process)) {
    const children = descendantsOf(process.pid)
    signalGroup(process.pid, 'SIGTERM')
    const listened = await endsWithin(process, TERM_WAIT_MS)
    signalGroup(process.pid, 'SIGKILL')
    if (!listened && !(await endsWithin(process, KILL_WAIT_MS))) {
      throw new Error(`process ${process.pid} does not end`)
    }
    for (const child of children) if (isRunning(child)) signal(child.pid, 'SIGKILL')
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

function signalGroup(pid: number, name: NodeJS.Signals): void {
  signal(-pid, name)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
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

/** Children, their children, and so on. */
function descendantsOf(pid: number): ProcessId[] {
  const all = processIds().map((each) => ({ pid: each, ...stateOf(each) }))
  const found: ProcessId[] = []
  const parents = new Set([pid])
  for (let before = -1; before < found.length;) {
    before = found.length
    for (const { pid: each, parent, started } of all) {
      if (!parents.has(parent) || parents.has(each)) continue
      parents.add(each)
      found.push({ pid: each, started })
    }
  }
  return found
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return [] // there is no /proc
  }
}

interface ProcessState {
  readonly state: string
  readonly parent: number
  readonly threads: number
  readonly started: string
}

/** Fields 3, 4, 20 and 22 of /proc/PID/stat; the name before them is in brackets and may hold anything. */
function stateOf(pid: number): ProcessState {
  const fields = statOf(pid).split(' ')
  const [state = '', parent = ''] = fields
  return { state, parent: Number(parent), threads: Number(fields[17] ?? 0), started: fields[19] ?? '' }
}

function statOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2)
  } catch {
    return '' // it has ended, or there is no /proc
  }
}
