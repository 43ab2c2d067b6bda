import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { withRetry, type ReplicaClient, type RequestObserver } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { restore, type RestoreOptions, type RestoreResult } from '@ltx/restore'
import Database from 'better-sqlite3'
import type { ServerSettings } from '../src/index.ts'
import { portOf, settingsThrough, type Backend } from './backends.ts'

const TIMEOUT_MS = 30_000

export interface ClientOptions {
  /** Where to connect in place of the server itself. */
  readonly port?: number | null
  readonly timeoutMs?: number
  readonly env?: Env
  /** 0: a call that fails has failed. As the command has it when absent. */
  readonly retries?: 0
  readonly onRequest?: RequestObserver
}

/** A temporary folder, and one replica at one backend. Leaving its scope deletes the replica and the folder. */
export class Scene implements AsyncDisposable {
  readonly env: Env = nodeEnv()
  readonly #backend: Backend
  readonly #server: ServerSettings
  readonly #folder: string
  readonly #replicaPath: string
  #restores = 0

  private constructor(backend: Backend, server: ServerSettings, folder: string) {
    this.#backend = backend
    this.#server = server
    this.#folder = folder
    const name = `scene-${randomBytes(6).toString('hex')}`
    this.#replicaPath = backend.protocol === 'none' ? path.join(folder, name) : name
  }

  static async make(backend: Backend): Promise<Scene> {
    const server = await backend.server()
    const folder = await mkdtemp(path.join(tmpdir(), `servers-${backend.name}-`))
    const scene = new Scene(backend, server, folder)
    await backend.prepare?.({ path: scene.#replicaPath, server })
    return scene
  }

  get serverPort(): number {
    return portOf(this.#backend, this.#server)
  }

  path(name: string): string {
    return path.join(this.#folder, name)
  }

  /** A client of the replica as the command makes it: calls are made again when the network fails. */
  client({
    port = null,
    timeoutMs = TIMEOUT_MS,
    env = this.env,
    retries,
    onRequest,
  }: ClientOptions = {}): ReplicaClient {
    const server = port === null ? this.#server : settingsThrough(this.#backend, this.#server, port)
    const client = this.#backend.client({ env, path: this.#replicaPath, timeoutMs, server, onRequest })
    return retries === 0 ? client : withRetry(client, env)
  }

  /** Restores into a new file, by a client of its own. */
  async restore(
    options: Partial<RestoreOptions> = {},
    clientOptions: ClientOptions = {},
  ): Promise<RestoreResult & { readonly outputPath: string }> {
    const outputPath = this.path(`restored-${++this.#restores}.db`)
    await using client = this.client(clientOptions)
    try {
      return { ...(await restore({ client, env: this.env, outputPath, ...options })), outputPath }
    } catch (error) {
      await assert.rejects(access(outputPath), { code: 'ENOENT' }) // whole, or not at all
      throw error
    }
  }

  /** Restores, and compares page by page with what the application had; then SQLite has a look too. */
  async assertRestores(
    expected: Uint8Array,
    options: Partial<RestoreOptions> = {},
    clientOptions: ClientOptions = {},
  ): Promise<RestoreResult> {
    const result = await this.restore(options, clientOptions)
    assert.equal(differenceOf(expected, await readFile(result.outputPath), result.pageSize), null)
    assert.equal(integrityOf(result.outputPath), 'ok')
    return result
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await using client = this.client()
      await client.deleteAll()
    } finally {
      await rm(this.#folder, { recursive: true })
    }
  }
}

/** Numbers of pages that differ, at most twenty, and both sizes; `null`: none. */
export function differenceOf(expected: Uint8Array, found: Uint8Array, pageSize: number): string | null {
  const pages: number[] = []
  const bytes = Math.max(expected.length, found.length)
  for (let start = 0; start < bytes && pages.length < 20; start += pageSize) {
    const [a, b] = [expected, found].map((image) => Buffer.from(image.subarray(start, start + pageSize)))
    if (a?.equals(b ?? Buffer.alloc(0)) !== true) pages.push(start / pageSize + 1)
  }
  if (pages.length === 0) return null
  return `pages ${pages.join(', ')} differ (${expected.length} bytes expected, ${found.length} found)`
}

function integrityOf(databasePath: string): unknown {
  const database = new Database(databasePath)
  try {
    return database.pragma('integrity_check', { simple: true })
  } finally {
    database.close()
  }
}
