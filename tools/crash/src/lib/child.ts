import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Reply } from './serve.ts'

const CALL_MS_MAX = 60_000

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** A program of this folder in a process of its own. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #pending = new Map<number, Pending>()
  readonly #ready = Promise.withResolvers<void>()
  readonly #ended: Promise<unknown>
  readonly #name: string
  #calls = 0
  #output = ''

  /** @param onEvent Called for what the program tells by itself. */
  constructor(program: string, args: readonly string[], onEvent: (event: unknown) => void = () => {}) {
    this.#name = program
    const file = path.join(import.meta.dirname, '..', program)
    this.#process = fork(file, args, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#ended = once(this.#process, 'exit')
    this.#ready.promise.catch(() => {})
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text))
    }
    this.#process.on('message', (reply: Reply) => this.#settle(reply, onEvent))
    this.#process.on('exit', () => this.#fail())
  }

  /** Everything printed so far. */
  get output(): string {
    return this.#output
  }

  async ready(): Promise<this> {
    await this.#ready.promise
    return this
  }

  /** @throws what the program threw, with its `code`; an Error when it ended first or takes too long */
  async call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    const call = ++this.#calls
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#pending.set(call, { resolve, reject })
    const timer = setTimeout(() => reject(this.#error(`does not answer ${method}`)), CALL_MS_MAX)
    if (this.#process.connected) this.#process.send({ call, method, args })
    else reject(this.#error('has ended'))
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#pending.delete(call)
    }
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  #settle(reply: Reply, onEvent: (event: unknown) => void): void {
    if ('event' in reply) {
      if (reply.event === 'ready') this.#ready.resolve()
      else onEvent(reply.event)
      return
    }
    const pending = this.#pending.get(reply.call)
    if ('value' in reply) pending?.resolve(reply.value)
    else pending?.reject(Object.assign(new Error(reply.error), { code: reply.code }))
  }

  #fail(): void {
    const error = this.#error('has ended')
    this.#ready.reject(error)
    for (const pending of this.#pending.values()) pending.reject(error)
  }

  #error(what: string): Error {
    const { exitCode, signalCode } = this.#process
    return new Error(
      `${this.#name} ${what} (${exitCode ?? signalCode ?? 'running'})\n${this.#output.slice(-4000)}`,
    )
  }
}
