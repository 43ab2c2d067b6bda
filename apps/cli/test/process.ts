import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { COMPILE_CACHE } from './compile-cache.ts'

const BIN = fileURLToPath(new URL('../bin/', import.meta.url))

export interface Running {
  readonly child: ChildProcess
  /** Everything written so far. */
  readonly output: { stdout: string; stderr: string }
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
  /** Resolves when stdout or stderr holds this; rejects when the process ends before. */
  says(text: string | RegExp): Promise<void>
}

/** Starts the real command in a process of its own. */
export function startCommand(
  words: readonly string[],
  options: {
    readonly directory: string
    readonly environment?: Readonly<Record<string, string>>
    readonly name?: 'ltx' | 'litestream'
    readonly node?: string
    /** Words for Node itself. */
    readonly nodeWords?: readonly string[]
  },
): Running {
  const { directory, environment = {}, name = 'ltx', node = process.execPath, nodeWords = [] } = options
  return watched(
    spawn(node, [...nodeWords, `${BIN}${name}.js`, ...words], {
      cwd: directory,
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
}

/** Runs a program made of JavaScript text, as another process of the user's would. */
export function startScript(script: string, words: readonly string[], directory: string): Running {
  return watched(
    spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...words], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
}

function watched(child: ChildProcess): Running {
  const output = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (exitCode, signal) => resolve(signal ?? exitCode))
  })
  const says = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const all = output.stdout + output.stderr
        if (typeof text === 'string' ? !all.includes(text) : !text.test(all)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
      void ended.then(() =>
        reject(new Error(`ended without saying ${text}:\n${output.stdout}${output.stderr}`)),
      )
    })
  return { child, output, ended, says }
}
