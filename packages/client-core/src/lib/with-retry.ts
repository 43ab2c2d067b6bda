import type { Txid } from '@ltx/format'
import type {
  ByteSource,
  CallOptions,
  FileInfo,
  FileKey,
  ListOptions,
  ReadOptions,
  ReplicaClient,
  WriteOptions,
} from './replica-client.ts'
import { compareFiles } from './replica-paths.ts'
import { resumeRead } from './resume-read.ts'
import { retryBudget, type RetryEnv, type RetrySettings } from './retry-budget.ts'
import { retryLog, type RetryLog } from './retry-log.ts'

export const CALL_RETRIES: RetrySettings = { retriesMax: 6, delayMsMax: 10_000, deadlineMs: 5 * 60_000 }

/**
 * The same client, whose calls are made again when they fail with advice `retry`: full jitter, a cap, an overall deadline. A listing
 * goes on after the last file it delivered, a read at its offset, and a write opens its source again. Everything else comes out as
 * it is, and so does the last failure.
 */
export function withRetry(
  client: ReplicaClient,
  env: RetryEnv,
  settings: Partial<RetrySettings> = {},
): ReplicaClient {
  return new RetryingClient(client, env, { ...CALL_RETRIES, ...settings })
}

class RetryingClient implements ReplicaClient {
  readonly type: string
  readonly url: string
  readonly #client: ReplicaClient
  readonly #env: RetryEnv
  readonly #settings: RetrySettings
  readonly #log: RetryLog

  constructor(client: ReplicaClient, env: RetryEnv, settings: RetrySettings) {
    this.type = client.type
    this.url = client.url
    this.#client = client
    this.#env = env
    this.#settings = settings
    this.#log = retryLog(env)
  }

  get abilities(): ReplicaClient['abilities'] {
    return this.#client.abilities
  }

  get legacy(): ReplicaClient['legacy'] {
    return this.#client.legacy
  }

  async init(options: CallOptions = {}): Promise<void> {
    await this.#retrying(options.signal, () => this.#client.init(options))
  }

  async *listFiles(level: number, options: ListOptions = {}): AsyncGenerator<FileInfo, void, undefined> {
    const budget = retryBudget(this.#env, this.#settings, this.#log)
    let last = null as FileInfo | null
    for (;;) {
      const from: Txid | undefined = last?.minTXID ?? options.from
      try {
        for await (const file of this.#client.listFiles(level, { ...options, from })) {
          if (last !== null && compareFiles(file, last) <= 0) continue
          last = file
          budget.progress()
          yield file
        }
        return
      } catch (error) {
        await budget.spend(error, options.signal)
      }
    }
  }

  readFile(file: FileKey, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    return resumeRead(this.#client, this.#env, file, {
      ...options,
      retries: this.#settings,
      log: this.#log,
    })
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    return await this.#retrying(options.signal, () => this.#client.writeFile(file, source, options))
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    await this.#retrying(options.signal, () => this.#client.deleteFiles(files, options))
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    await this.#retrying(options.signal, () => this.#client.deleteAll(options))
  }

  async serverTimeMs(options: CallOptions = {}): Promise<number | null> {
    return await this.#retrying(
      options.signal,
      async () => (await this.#client.serverTimeMs?.(options)) ?? null,
    )
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #retrying<Result>(signal: AbortSignal | undefined, call: () => Promise<Result>): Promise<Result> {
    const budget = retryBudget(this.#env, this.#settings, this.#log)
    for (;;) {
      try {
        return await call()
      } catch (error) {
        await budget.spend(error, signal)
      }
    }
  }
}
