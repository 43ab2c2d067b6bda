import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuMsOf, memoryOf, type ProcessMemory } from './proc-files.ts'

/** What a program cost from its start to its end. */
export interface Cost {
  readonly wallMs: number
  readonly cpuMs: number
  readonly rssBytesMax: number
  readonly stdout: string
}

export interface ChildOptions {
  /** Beside ours; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  readonly cwd?: string | undefined
}

/** CPU and memory of a program are read this often: what its last moments cost is missing from them. */
const POLL_MS = 10
const WAIT_MS_MAX = 120_000
const OUTPUT_CHARS_MAX = 16 * 1024 * 1024

/** A running program whose CPU and memory can be read. Leaving its scope kills it. */
export class MeasuredChild implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #commandLine: string
  readonly #startedMs = performance.now()
  #endedMs: number | null = null
  #stdout = ''
  #stderr = ''

  constructor(argv: readonly string[], options: ChildOptions = {}) {
    const [program = '', ...rest] = argv
    this.#commandLine = argv.join(' ')
    this.#child = spawn(program, rest, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#child.stdout
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.#stdout = capped(this.#stdout + text)))
    this.#child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.#stderr = capped(this.#stderr + text)))
    this.#child.stdin?.on('error', () => {}) // it ended before it was told: its exit code says more
    const kill = (): void => void this.#child.kill('SIGKILL')
    process.once('exit', kill) // interrupted: nothing we started goes on
    this.#child.once('exit', () => {
      this.#endedMs = performance.now()
      process.off('exit', kill)
    })
    this.#ended = once(this.#child, 'close')
    this.#ended.catch(() => {}) // told by whoever waits for it
  }

  get stdout(): string {
    return this.#stdout
  }

  /** All it has printed. */
  get output(): string {
    return this.#stdout + this.#stderr
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  get wallMs(): number {
    return (this.#endedMs ?? performance.now()) - this.#startedMs
  }

  cpuMs(): number {
    return cpuMsOf(this.#procFile('stat'))
  }

  /** Also of a program that is just ending: `null` then. */
  memory(): ProcessMemory | null {
    return memoryOf(this.#procFile('status'))
  }

  /** Waits until `condition` holds; fails when the program ends or the time is over first. */
  async until(
    what: string,
    condition: () => boolean | Promise<boolean>,
    everyMs = 10,
    msMax = WAIT_MS_MAX,
  ): Promise<void> {
    const startMs = performance.now()
    while (!(await condition())) {
      if (this.hasEnded) throw new Error(`${this.#commandLine} ended before ${what}\n${this.output}`)
      if (performance.now() - startMs > msMax) {
        throw new Error(`${this.#commandLine}: ${what} was not seen in ${msMax} ms\n${this.output}`)
      }
      await sleep(everyMs)
    }
  }

  /** A line on its input. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  /** Ends its input, and waits for its end. */
  async endInput(): Promise<void> {
    this.#child.stdin?.end()
    await this.finished()
  }

  /** Ends it with SIGTERM and waits. @returns what it has cost from its start to its end */
  async stop(): Promise<Cost> {
    if (!this.hasEnded) this.#child.kill('SIGTERM')
    return this.finished()
  }

  /** Waits for its end, which must be a good one. */
  async finished(): Promise<Cost> {
    let cpuMs = 0
    let rssBytesMax = 0
    while (!this.hasEnded) {
      try {
        cpuMs = this.cpuMs()
        rssBytesMax = this.memory()?.rssBytesMax ?? rssBytesMax
      } catch {
        // it has ended meanwhile
      }
      await Promise.race([this.#ended, sleep(POLL_MS)])
    }
    await this.#ended
    if (this.#child.exitCode !== 0) {
      const how = this.#child.exitCode ?? this.#child.signalCode
      throw new Error(`${this.#commandLine} ended with ${how}\n${this.output}`)
    }
    return { wallMs: this.wallMs, cpuMs, rssBytesMax, stdout: this.#stdout }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) this.#child.kill('SIGKILL')
    await this.#ended.catch(() => {})
  }

  #procFile(name: 'stat' | 'status'): string {
    return readFileSync(`/proc/${this.#child.pid}/${name}`, 'utf8')
  }
}

/** Runs a program to its end. */
export async function runMeasured(argv: readonly string[], options: ChildOptions = {}): Promise<Cost> {
  await using child = new MeasuredChild(argv, options)
  return await child.finished()
}

function capped(text: string): string {
  return text.length > OUTPUT_CHARS_MAX ? text.slice(-OUTPUT_CHARS_MAX) : text
}
