import { spawn } from 'node:child_process'

export interface FinishedProgram {
  /** `null` when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** The program is killed after this time, and the call rejects. */
  readonly timeoutMs?: number
}

/** Runs a program to its end without a shell and without input. A code other than 0 is a result, not an error. */
export function runProgram(
  program: string,
  programArguments: readonly string[],
  options: RunOptions = {},
): Promise<FinishedProgram> {
  const { timeoutMs = 120_000 } = options
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL')
        reject(new Error(`${program} did not end in ${timeoutMs} ms\n${stdout}${stderr}`))
      else resolve({ code, stdout, stderr })
    })
  })
}
