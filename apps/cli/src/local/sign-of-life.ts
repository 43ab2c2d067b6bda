import { existsSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import type { Logger } from '@ltx/env'
import type { ReplicatorEvent } from '@ltx/replicator'
import type { ManagedDatabases } from '../control/managed-databases.ts'
import { claimSocket, type SocketClaim } from '../control/claim-socket.ts'
import { socketAddress } from '../control/socket-address.ts'
import type { CommandIo } from '../program/io.ts'
import { metaPathOf } from './local-state.ts'
import { folderId, readLife, writeLife } from './life-record.ts'

/** Whoever may enter a state folder may ask whether its database is followed. */
const PERMISSIONS = 0o666
const QUESTION_BYTES_MAX = 16 * 1024
const QUESTION_MS_MAX = 2000

/** Of a daemon and its databases. */
export function signOfLife(
  databases: Pick<ManagedDatabases, 'get' | 'running'>,
  { io, logger }: { readonly io: Pick<CommandIo, 'platform'>; readonly logger: Logger },
): SignOfLife {
  const folderOf = (path: string): string | null => {
    const settings = databases.running(path) === null ? null : databases.get(path)?.settings
    return settings === null ? null : (settings?.metaPath ?? metaPathOf(path))
  }
  return new SignOfLife({ metaPathOf: folderOf, platform: io.platform, logger })
}

export interface SignOfLifeParts {
  /** The state folder of a database that is followed now; `null`: it is not. */
  metaPathOf(database: string): string | null
  readonly platform: NodeJS.Platform
  readonly logger: Logger
}

/**
 * Lets `reset` know of databases that sleep: one socket for the daemon, in the state folder of one of them, and in the folder of each a
 * record that names it. The socket goes deaf with the process, however that ends.
 */
export class SignOfLife implements AsyncDisposable {
  readonly #parts: SignOfLifeParts
  readonly #server: Server
  /** Databases whose folder names the socket. */
  readonly #told = new Set<string>()
  #socket: Promise<string | null> | null = null
  #claim: SocketClaim | null = null

  constructor(parts: SignOfLifeParts) {
    this.#parts = parts
    this.#server = createServer({ allowHalfOpen: true }, (connection) => this.#answer(connection)).unref()
  }

  /** For the events of the Store. */
  readonly hear = (event: ReplicatorEvent): void => {
    if (event.kind !== 'state') return
    if (event.state === 'dormant') void this.#tell(event.path)
    else if (event.state !== 'active') this.#told.delete(event.path) // its folder may be another one when it sleeps again
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket
    await this.#claim?.release()
    this.#server.close()
  }

  async #tell(database: string): Promise<void> {
    const metaPath = this.#parts.metaPathOf(database)
    if (metaPath === null || this.#told.has(database)) return
    this.#told.add(database)
    try {
      this.#socket ??= this.#listen(metaPath)
      const socket = await this.#socket
      if (socket !== null) writeLife(metaPath, { socket, database })
    } catch (error) {
      this.#log(database, error)
    }
  }

  /** The socket of the daemon before, if its folder is there: then thousands of records need not be written again. */
  async #listen(metaPath: string): Promise<string | null> {
    const before = readLife(metaPath)?.socket
    const own = join(metaPath, 'alive')
    const paths =
      before !== undefined && before !== own && existsSync(dirname(before)) ? [before, own] : [own]
    let failure: unknown = null
    for (const path of paths) {
      try {
        this.#claim = await claimSocket(this.#server, path, PERMISSIONS, this.#parts.platform)
        return socketAddress(path, this.#parts.platform)
      } catch (error) {
        failure = error
      }
    }
    this.#log(metaPath, failure)
    return null
  }

  #answer(connection: Socket): void {
    let question = ''
    connection.on('error', () => {}) // it has gone
    connection.setTimeout(QUESTION_MS_MAX, () => connection.destroy())
    connection.setEncoding('utf8').on('data', (part: string) => {
      question += part
      if (question.length > QUESTION_BYTES_MAX) connection.destroy()
    })
    connection.on('end', () => connection.end(this.#isFollowed(question) ? 'yes\n' : 'no\n'))
  }

  #isFollowed(question: string): boolean {
    try {
      const { database, folder } = JSON.parse(question) as { database?: unknown; folder?: unknown }
      const metaPath = typeof database === 'string' ? this.#parts.metaPathOf(database) : null
      return metaPath !== null && folderId(metaPath) === folder
    } catch {
      return false
    }
  }

  #log(about: string, error: unknown): void {
    const message = 'reset cannot be told that sleeping databases are followed'
    this.#parts.logger.log('debug', message, {
      path: about,
      error: error instanceof Error ? error : String(error),
    })
  }
}
