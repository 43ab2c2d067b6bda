import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface RunningProgram extends AsyncDisposable {
  /** SIGTERM, and what came of it. */
  stop(): Promise<{ readonly code: number | null; readonly output: string }>
}

/** Starts a program without a shell. Leaving its scope kills it. */
export function startProgram([program = '', ...programArguments]: readonly string[]): RunningProgram {
  const child = spawn(program, programArguments, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const ended = once(child, 'close')
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
  }
  return {
    stop: async () => {
      await end('SIGTERM')
      return { code: child.exitCode, output }
    },
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  }
}
