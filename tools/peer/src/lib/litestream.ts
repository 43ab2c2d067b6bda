import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { installLitestream } from './install-peer.ts'
import { runProgram, type FinishedProgram } from './run-program.ts'

export interface PeerRestoreOptions {
  /** The replica's folder. */
  readonly replica: string
  readonly output: string
  /** Sixteen hex digits. */
  readonly txid?: string
  /** RFC 3339. */
  readonly timestamp?: string
}

/** Lets the real Litestream restore from a folder. A refusal is a result with code 1. */
export async function restoreWithLitestream(options: PeerRestoreOptions): Promise<FinishedProgram> {
  const programArguments = ['restore', '-o', options.output]
  if (options.txid !== undefined) programArguments.push('-txid', options.txid)
  if (options.timestamp !== undefined) programArguments.push('-timestamp', options.timestamp)
  return runProgram(await installLitestream(), [...programArguments, `file://${options.replica}`])
}

/** A running `litestream replicate`. Leaving its scope kills it. */
export interface LitestreamProcess extends AsyncDisposable {
  /** What it has printed so far. */
  output(): string
  /** Waits until `condition` holds, asking every 20 ms; fails when the program ends or 30 s have passed. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>
  /** Ends it with its final sync. Rejects if its exit code is not 0. */
  stop(): Promise<void>
  /** `kill -9`. */
  kill(): Promise<void>
}

const WAIT_MS_MAX = 30_000

/** Starts the real Litestream on `programArguments`, such as `['replicate', '-config', file]`. Ready when it says so. */
export async function startLitestream(programArguments: readonly string[]): Promise<LitestreamProcess> {
  const child = spawn(await installLitestream(), programArguments, { stdio: ['ignore', 'pipe', 'pipe'] })
  const running = new RunningLitestream(child)
  await running.until('it replicates', () => running.output().includes('replicating to'))
  return running
}

class RunningLitestream implements LitestreamProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #output = ''

  constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = once(child, 'close')
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text))
    }
  }

  output(): string {
    return this.#output
  }

  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const start = performance.now()
    while (!(await condition())) {
      if (this.#hasEnded()) throw new Error(`litestream ended before ${what}\n${this.#output}`)
      if (performance.now() - start > WAIT_MS_MAX) {
        throw new Error(`litestream: ${what} was not seen in ${WAIT_MS_MAX} ms\n${this.#output}`)
      }
      await sleep(20)
    }
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
    if (this.#child.exitCode !== 0)
      throw new Error(`litestream ended with ${this.#child.exitCode}\n${this.#output}`)
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.#hasEnded()) this.#child.kill(signal)
    await this.#ended
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }
}
