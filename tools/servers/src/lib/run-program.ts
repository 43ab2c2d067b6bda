import { spawn } from 'node:child_process'

export interface RunOptions {
  readonly cwd?: string
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** The program is killed after this time. Two minutes when absent. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 120_000
const TAIL_LINES_MAX = 30

/** Runs a program to its end, without a shell and without input, and gives what it printed. Rejects unless it ends with 0. */
export function runProgram(
  [program = '', ...programArguments]: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { timeoutMs = TIMEOUT_MS } = options
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    }
    child.on('error', (cause) => reject(new Error(`cannot start ${program}: ${cause.message}`, { cause })))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output)
      const why = signal === null ? `ended with ${code}` : `was ended by ${signal} (limit: ${timeoutMs} ms)`
      reject(new Error(`${[program, ...programArguments].join(' ')} ${why}\n${lastLines(output)}`))
    })
  })
}

/** What one wants to see of a log when something went wrong. */
export function lastLines(text: string, linesMax: number = TAIL_LINES_MAX): string {
  return text.trimEnd().split('\n').slice(-linesMax).join('\n')
}
