import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

type Handlers = Readonly<Record<string, (argument: never) => unknown>>

interface Call {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: unknown
}

/** In a process started by {@link startChild}: answers its calls, and ends when the parent does. */
export function serveCalls(handlers: Handlers): void {
  process.on('disconnect', () => process.exit(0))
  process.on('message', (call: Call) => {
    void (async () => {
      try {
        const handler = handlers[call.name] as ((argument: unknown) => unknown) | undefined
        process.send?.({ id: call.id, value: await handler?.(call.argument) } satisfies Answer)
      } catch (error) {
        process.send?.({ id: call.id, error } satisfies Answer)
      }
    })()
  })
}

/** A process of the tests' own that answers calls. Leaving its scope kills it. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #calls = 0

  constructor(child: ChildProcess) {
    this.#process = child
    this.#ended = once(child, 'close')
    child.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the child process has ended'))
      this.#waiting.clear()
    })
    child.on('message', (answer: Answer) => this.#answered(answer))
  }

  async call(name: string, argument?: unknown): Promise<unknown> {
    const waiting = Promise.withResolvers<unknown>()
    const id = ++this.#calls
    this.#waiting.set(id, waiting)
    this.#process.send({ id, name, argument } satisfies Call, (error) => {
      if (error !== null) waiting.reject(error)
    })
    return waiting.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGKILL')
    await this.#ended
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    if (waiting === undefined) return
    this.#waiting.delete(answer.id)
    if (answer.error === undefined) waiting.resolve(answer.value)
    else waiting.reject(answer.error)
  }
}

/** Starts a TypeScript module that calls {@link serveCalls}; values of both sides are copied, bigints and bytes included. */
export function startChild(module: string): Child {
  return new Child(
    fork(module, [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  )
}
