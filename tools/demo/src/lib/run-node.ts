import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The command, from source. */
export const LTX: string = path.resolve(import.meta.dirname, '../../../../apps/cli/bin/ltx.js')

const WAIT_MS_MAX = 30_000

/** A Node program that runs beside the demo. */
export interface RunningNode {
  output(): string
  /** Waits for a condition; the demo ends with the program's output when it does not come true. */
  until(what: string, condition: () => boolean): Promise<void>
  /** The demo ends if the program has. */
  mustRun(): void
  /** `kill -9`. */
  kill(): Promise<void>
}

export function startNode(programArguments: readonly string[]): RunningNode {
  const child = spawn(process.execPath, programArguments, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  process.once('exit', () => child.kill('SIGKILL'))

  const mustRun = (): void => {
    if (!hasEnded(child)) return
    throw new Error(
      `${programArguments.join(' ')} ended (${child.exitCode ?? child.signalCode})\n${stdout}${stderr}`,
    )
  }
  return {
    output: () => stdout,
    mustRun,
    until: async (what, condition) => {
      const start = performance.now()
      while (!condition()) {
        mustRun()
        if (performance.now() - start > WAIT_MS_MAX) {
          throw new Error(`${what} was not seen in ${WAIT_MS_MAX} ms\n${stdout}${stderr}`)
        }
        await sleep(20)
      }
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Runs the command to its end; what it prints is shown only when it fails. */
export async function runLtx(ltxArguments: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [LTX, ...ltxArguments], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  await once(child, 'close')
  if (child.exitCode !== 0)
    throw new Error(`ltx ${ltxArguments.join(' ')} ended with ${child.exitCode}\n${output}`)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
