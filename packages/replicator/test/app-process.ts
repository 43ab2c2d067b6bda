import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Hammered } from './hammer-database.ts'

/** An application in a process of its own: what it is told, it does, and says so. */
export class AppProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #waiting: ((answer: { result?: unknown; error?: string }) => void)[] = []

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child
    createInterface(child.stdout).on('line', (line) => {
      this.#waiting.shift()?.(JSON.parse(line) as { result?: unknown; error?: string })
    })
  }

  static async start(path: string): Promise<AppProcess> {
    const program = fileURLToPath(new URL('./app-process-main.ts', import.meta.url))
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const app = new AppProcess(child)
    await app.pragma('user_version')
    return app
  }

  exec(sql: string): Promise<unknown> {
    return this.#ask({ exec: sql })
  }

  pragma(text: string): Promise<unknown> {
    return this.#ask({ pragma: text })
  }

  /** Runs one transaction after the other without a pause until {@link AppProcess.stopWriting}. */
  startWriting(rowBytes: number): Promise<unknown> {
    return this.#ask({ write: rowBytes })
  }

  /** Resolves to the transactions it has committed. */
  async stopWriting(): Promise<number> {
    return Number(await this.#ask({ stop: true }))
  }

  /** Does everything an application may do until {@link AppProcess.rest}; see `hammerDatabase`. */
  hammer(seed: number): Promise<unknown> {
    return this.#ask({ hammer: seed })
  }

  /** What it has done so far. */
  async hammered(): Promise<Hammered> {
    return (await this.#ask({ rest: false })) as Hammered
  }

  async rest(): Promise<Hammered> {
    return (await this.#ask({ rest: true })) as Hammered
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  #ask(order: object): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#waiting.push(({ result, error }) => {
      if (error === undefined) resolve(result)
      else reject(new Error(error))
    })
    this.#child.stdin.write(`${JSON.stringify(order)}\n`)
    return promise
  }
}
