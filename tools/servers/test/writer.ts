import path from 'node:path'
import { startChild, type Child } from './child-calls.ts'

/** The application: a process of its own that writes to the database. Leaving its scope kills it. */
export class Writer implements AsyncDisposable {
  readonly #child: Child

  private constructor(child: Child) {
    this.#child = child
  }

  static async start(databasePath: string): Promise<Writer> {
    const child = startChild(path.join(import.meta.dirname, 'writer-child.ts'))
    await child.call('open', databasePath)
    return new Writer(child)
  }

  /** Transactions of one row of random bytes each. */
  async write(transactions: number, bytes = 300): Promise<void> {
    await this.#child.call('write', { transactions, bytes })
  }

  /** One transaction of many rows. */
  async writeAtOnce(rows: number, bytes = 3000): Promise<void> {
    await this.#child.call('writeAtOnce', { rows, bytes })
  }

  /** Writes transactions of many shapes, some fifty a second, until told to stop. */
  async begin(): Promise<void> {
    await this.#child.call('begin')
  }

  /** @returns how many transactions there were. */
  async pause(): Promise<number> {
    return (await this.#child.call('pause')) as number
  }

  /** The database as the last commit left it, WAL included; nothing is checkpointed for it. */
  async image(): Promise<Uint8Array> {
    return (await this.#child.call('image')) as Uint8Array
  }

  async close(): Promise<void> {
    await this.#child.call('close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]()
  }
}
