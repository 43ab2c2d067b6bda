import { request } from 'node:http'
import { join } from 'node:path'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { nodeEnv, silentLogger } from '@ltx/env/node'
import { Store } from '@ltx/replicator'
import { betterSqlite3Driver } from '@ltx/replicator/better-sqlite3'
import type { ControlContext } from '../src/control/control-context.ts'
import { ControlServer } from '../src/control/control-server.ts'
import { ManagedDatabases } from '../src/control/managed-databases.ts'
import { Troubles } from '../src/control/troubles.ts'
import { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.ts'
import { testIo } from './test-io.ts'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** The body as it came. */
  readonly text: string
}

/** Sends one request over a socket, as any HTTP client would. */
export function askSocket(
  socketPath: string,
  path: string,
  { method, body }: { readonly method?: string; readonly body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath, path, method: method ?? (body === undefined ? 'GET' : 'POST'), agent: false },
      (response) => {
        const { statusCode = 0, headers } = response
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => resolve({ status: statusCode, headers, text }))
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** A control server over a real Store, whose databases lie in a temporary folder and whose replicas lie in memory. */
export class ControlScene implements AsyncDisposable {
  readonly directory: string
  readonly socketPath: string
  readonly store: Store
  readonly databases: ManagedDatabases
  readonly troubles: Troubles = new Troubles()
  readonly context: Omit<ControlContext, 'closing'>
  readonly #temporary: TemporaryDirectory
  #server: ControlServer | null = null

  private constructor(temporary: TemporaryDirectory) {
    this.#temporary = temporary
    this.directory = temporary.path
    this.socketPath = join(temporary.path, 's.sock')
    this.store = new Store(
      { env: nodeEnv(), driver: betterSqlite3Driver() },
      { workers: 'in-process', compactionEnabled: false },
    )
    this.store.on(this.troubles.hear)
    this.databases = new ManagedDatabases(this.store)
    this.context = {
      databases: this.databases,
      troubles: this.troubles,
      newDatabase: (path) => Promise.resolve({ path, client: memoryClient(), settings: {} }),
      isContinuous: true,
      io: testIo({ workingDirectory: temporary.path }).io,
      startedAtMs: Date.now() - 3500,
      nowMs: () => Date.now(),
    }
  }

  static async open(changes: Partial<ControlContext> = {}): Promise<ControlScene> {
    const scene = new ControlScene(await temporaryDirectory())
    await scene.store.open()
    scene.#server = await ControlServer.open({
      path: scene.socketPath,
      permissions: 0o600,
      context: { ...scene.context, ...changes },
      logger: silentLogger,
    })
    return scene
  }

  path(name = 'app.db'): string {
    return join(this.directory, name)
  }

  /** Takes in a database with a replica in memory. */
  async include(name = 'app.db'): Promise<MemoryClient> {
    const client = memoryClient()
    await this.databases.include({ path: this.path(name), client, settings: {} })
    return client
  }

  ask(path: string, body?: Readonly<Record<string, unknown>>): Promise<Reply> {
    return askSocket(this.socketPath, path, body === undefined ? {} : { body: JSON.stringify(body) })
  }

  async closeServer(): Promise<void> {
    await this.#server?.close()
    this.#server = null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeServer()
    await this.store.close({ signal: AbortSignal.abort(new Error('end')) })
    await this.databases.closeClients()
    await this.#temporary[Symbol.asyncDispose]()
  }
}
