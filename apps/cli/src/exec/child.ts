import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { systemErrorCode } from '@ltx/env'
import { CommandError } from '../program/errors.ts'
import type { StopSignal } from '../program/io.ts'

/** How a child ended: with an exit code, or by a signal. */
export interface ChildEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Child {
  readonly ended: Promise<ChildEnd>
  /** Sends a signal; nothing happens when the child has ended. */
  signal(signal: StopSignal | 'SIGKILL'): void
}

/**
 * Starts a program with our stdout and stderr and nothing to read.
 *
 * @throws {CommandError} it cannot be started
 */
export async function startChild(
  words: readonly string[],
  options: { readonly environment: Readonly<Record<string, string | undefined>>; readonly directory: string },
): Promise<Child> {
  const [program = '', ...rest] = words
  const child = spawn(program, rest, {
    cwd: options.directory,
    env: options.environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(startError(program, error)))
  })
  child.on('error', () => {}) // a signal that could not be delivered: the child is gone, and `exit` tells
  return { ended, signal: (signal) => void child.kill(signal) }
}

function startError(program: string, error: Error): CommandError {
  const problem = systemErrorCode(error) === 'ENOENT' ? 'executable not found' : error.message
  return new CommandError(`cannot start exec command: ${JSON.stringify(program)}: ${problem}`, {
    cause: error,
  })
}

/** Did a child that was asked to stop, or that ended by itself, end well? */
export function endedWell({ exitCode, signal }: ChildEnd, wasStopped: boolean): boolean {
  return signal === null ? exitCode === 0 : wasStopped
}

const SIGNAL_WORDS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGQUIT: 'quit',
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGPIPE: 'broken pipe',
  SIGTERM: 'terminated',
}

/** `exit status 3` or `signal: killed`, as Go says it. */
export function describeEnd({ exitCode, signal }: ChildEnd): string {
  if (signal === null) return `exit status ${exitCode}`
  return `signal: ${signalWord(signal)}`
}

/** `terminated` for SIGTERM, as Go says it: in messages, and in the log, where scripts look for it. */
export function signalWord(signal: NodeJS.Signals): string {
  return SIGNAL_WORDS[signal] ?? `signal ${constants.signals[signal]}`
}
