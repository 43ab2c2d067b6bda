import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { startChild, type Child } from './child-calls.ts'

export interface ApplicationStart {
  readonly path: string
  /** Bytes; of a database that does not exist yet. */
  readonly pageSize: number
  readonly synchronous?: 'NORMAL' | 'FULL'
}

export type CheckpointMode = 'PASSIVE' | 'FULL' | 'RESTART' | 'TRUNCATE'

/** The application whose database is replicated: another process, one connection. Its table is `t(id, payload)`. */
export class Application implements AsyncDisposable {
  readonly #child: Child
  readonly #start: ApplicationStart

  private constructor(child: Child, start: ApplicationStart) {
    this.#child = child
    this.#start = start
  }

  static async start(start: ApplicationStart): Promise<Application> {
    const child = startChild(path.join(import.meta.dirname, 'application-child.ts'))
    const application = new Application(child, start)
    await application.open()
    return application
  }

  async exec(sql: string): Promise<void> {
    await this.#child.call('exec', sql)
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.#child.call('rows', sql)) as Record<string, unknown>[]
  }

  /** `rows` transactions of one row of random bytes each. */
  async write(rows: number, bytes = 300): Promise<void> {
    await this.exec(`INSERT INTO t(payload) VALUES (randomblob(${bytes}));`.repeat(rows))
  }

  /** The database as the last commit left it, WAL included; nothing is checkpointed for it. */
  async image(): Promise<Buffer> {
    const output = `${this.#start.path}.image`
    await this.#child.call('image', output)
    const image = await readFile(output)
    await rm(output)
    return image
  }

  /** @returns false: a reader was in its way. */
  async checkpoint(mode: CheckpointMode): Promise<boolean> {
    const [result] = (await this.#child.call('checkpoint', mode)) as { busy: number }[]
    return result?.busy === 0
  }

  /** Writes transactions of many shapes, some 30 a second, until told to stop. */
  async beginWriting(): Promise<void> {
    await this.#child.call('beginWriting')
  }

  /** @returns the SHA-256 of the whole database after each commit so far, in order. */
  async stopWriting(): Promise<readonly string[]> {
    return (await this.#child.call('stopWriting')) as string[]
  }

  async open(): Promise<void> {
    await this.#child.call('open', this.#start)
  }

  async close(): Promise<void> {
    await this.#child.call('close')
  }

  /** `kill -9`: its WAL stays as it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.kill()
  }
}
