import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import ssh2, { type AuthContext, type Connection, type Server, type SFTPWrapper } from 'ssh2'
import { FakeFiles, STATUS, statusOf } from './fake-files.ts'
import { announce, disconnect, send, socketOf, stringsOf, word } from './ssh2-internals.ts'

export const USER = 'backup'
export const PASSWORD = 'correct horse battery'

/** One operation of the protocol, as `OPEN`, or one of OpenSSH's, as `fsync@openssh.com`. */
export type Operation = string

/** Answers with a status, is silent, cuts the connection, or ends it with a reason of SSH. */
export type Fault =
  | { readonly kind: 'refuse'; readonly status: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'disconnect'; readonly reason: number }

const EXTENSIONS = ['hardlink@openssh.com', 'fsync@openssh.com', 'statvfs@openssh.com'] as const

export interface FakeServerOptions {
  /** Of OpenSSH; all that a client may need when absent. */
  readonly extensions?: readonly string[]
  /** Of a key that is let in. */
  readonly publicKey?: string
  /** How one logs in; `password` and `publickey` when absent. */
  readonly methods?: readonly ('password' | 'publickey' | 'keyboard-interactive')[]
  /** Type of the server's own key. */
  readonly hostKeyType?: 'ed25519' | 'rsa'
}

/** A strict SFTP server in this process, over a directory of its own, with OpenSSH's extensions and faults on demand. */
export class FakeServer implements AsyncDisposable {
  readonly files: FakeFiles
  readonly hostKey: string
  /** Every operation, in order. */
  readonly log: Operation[] = []
  /** Connections that were let in. */
  logins = 0
  port = 0
  readonly #options: FakeServerOptions
  readonly #server: Server
  readonly #connections: Set<Connection> = new Set()
  readonly #faults: { readonly fault: Fault; readonly operation: RegExp }[] = []

  constructor(options: FakeServerOptions = {}) {
    this.#options = options
    const root = mkdtempSync(path.join(tmpdir(), 'ltx-sftp-'))
    mkdirSync(path.join(root, 'login'))
    this.files = new FakeFiles(root)
    const bits = options.hostKeyType === 'rsa' ? { bits: 2048 } : {}
    const key = ssh2.utils.generateKeyPairSync(options.hostKeyType ?? 'ed25519', bits as { bits: 2048 })
    this.hostKey = key.public
    this.#server = new ssh2.Server({ hostKeys: [key.private] }, (connection) => this.#welcome(connection))
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as AddressInfo).port
    return this
  }

  /** Lets the next operation with such a name fail. */
  fail(fault: Fault, operation: RegExp = /^(?!CLOSE)/): void {
    this.#faults.push({ fault, operation })
  }

  count(operation: Operation): number {
    return this.log.filter((each) => each === operation).length
  }

  /** Cuts all connections. */
  cut(): void {
    for (const connection of this.#connections) socketOf(connection).resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.cut()
    this.files.closeAll()
    rmSync(this.files.root, { recursive: true, force: true })
  }

  #welcome(connection: Connection): void {
    this.#connections.add(connection)
    socketOf(connection).setNoDelay(true)
    connection.on('error', () => undefined)
    connection.on('close', () => this.#connections.delete(connection))
    connection.on('authentication', (context) => this.#authenticate(context))
    connection.on('ready', () => {
      this.logins++
      connection.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => this.#serve(connection, acceptSftp()))
      })
    })
  }

  #authenticate(context: AuthContext): void {
    const methods = [...(this.#options.methods ?? ['password', 'publickey'])]
    const refuse = (): void => context.reject(methods)
    const { method, username } = context
    if (username !== USER || !methods.some((each) => each === method)) return refuse()
    if (context.method === 'password') return context.password === PASSWORD ? context.accept() : refuse()
    if (context.method === 'keyboard-interactive') {
      context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => {
        if (answer === PASSWORD) context.accept()
        else refuse()
      })
      return
    }
    if (context.method !== 'publickey') return refuse()
    const key = ssh2.utils.parseKey(this.#options.publicKey ?? '')
    if (key instanceof Error || Array.isArray(key)) return refuse()
    const { key: shown, signature, blob, hashAlgo } = context
    if (!key.getPublicSSH().equals(shown.data)) return refuse()
    const right: unknown = signature === undefined || key.verify(blob as Buffer, signature, hashAlgo)
    if (right !== true) return refuse() // it may be an error
    context.accept()
  }

  #serve(connection: Connection, sftp: SFTPWrapper): void {
    const { files } = this
    announce(sftp, this.#options.extensions ?? EXTENSIONS)
    const ok = (id: number): void => sftp.status(id, STATUS.OK)
    const run = (operation: Operation, id: number, work: () => void): void => {
      this.log.push(operation)
      if (this.#fails(operation, connection, sftp, id)) return
      try {
        work()
      } catch (error) {
        sftp.status(id, statusOf(error))
      }
    }
    const on = (operation: Operation, work: (id: number, ...rest: never[]) => void): void => {
      sftp.on(operation, (id: number, ...rest: never[]) => run(operation, id, () => work(id, ...rest)))
    }
    on('OPEN', (id, name: string, flags: number, attributes: { mode?: number }) => {
      sftp.handle(id, files.openFile(name, flags, attributes.mode ?? 0o644))
    })
    on('READ', (id, handle: Buffer, position: number, length: number) => {
      const bytes = files.read(handle, position, length)
      if (bytes === null) sftp.status(id, STATUS.EOF)
      else sftp.data(id, bytes)
    })
    on('WRITE', (id, handle: Buffer, position: number, bytes: Buffer) => {
      files.write(handle, position, bytes)
      ok(id)
    })
    on('READDIR', (id, handle: Buffer) => {
      const entries = files.readDirectory(handle)
      if (entries === null) sftp.status(id, STATUS.EOF)
      else sftp.name(id, entries)
    })
    on('CLOSE', (id, handle: Buffer) => (files.close(handle), ok(id)))
    on('OPENDIR', (id, name: string) => sftp.handle(id, files.openDirectory(name)))
    on('FSTAT', (id, handle: Buffer) => sftp.attrs(id, files.statHandle(handle)))
    on('STAT', (id, name: string) => sftp.attrs(id, files.stat(name)))
    on('LSTAT', (id, name: string) => sftp.attrs(id, files.statLink(name)))
    on('FSETSTAT', (id, handle: Buffer, attributes: object) => (files.setHandle(handle, attributes), ok(id)))
    on('SETSTAT', (id, name: string, attributes: object) => (files.setPath(name, attributes), ok(id)))
    on('REMOVE', (id, name: string) => (files.remove(name), ok(id)))
    on('MKDIR', (id, name: string) => (files.makeDirectory(name), ok(id)))
    on('RMDIR', (id, name: string) => (files.removeDirectory(name), ok(id)))
    on('RENAME', (id, from: string, to: string) => (files.rename(from, to), ok(id)))
    sftp.on(
      'EXTENDED' as 'close',
      ((id: number, name: string, data: Buffer) => {
        run(name, id, () => this.#extended(sftp, id, name, data))
      }) as never,
    )
  }

  #extended(sftp: SFTPWrapper, id: number, name: string, data: Buffer): void {
    const { files } = this
    if (!(this.#options.extensions ?? EXTENSIONS).includes(name))
      return sftp.status(id, STATUS.OP_UNSUPPORTED)
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = stringsOf(data)
    if (name === 'fsync@openssh.com') files.sync(first)
    else if (name === 'hardlink@openssh.com') files.link(first.toString(), second.toString())
    else return send(sftp, Buffer.concat([Buffer.from([201]), word(id), statvfs(files.freeBytes)]))
    sftp.status(id, STATUS.OK)
  }

  #fails(operation: Operation, connection: Connection, sftp: SFTPWrapper, id: number): boolean {
    const at = this.#faults.findIndex((each) => each.operation.test(operation))
    const [found] = at === -1 ? [] : this.#faults.splice(at, 1)
    if (found === undefined) return false
    const { fault } = found
    if (fault.kind === 'refuse') sftp.status(id, fault.status)
    if (fault.kind === 'cut') socketOf(connection).resetAndDestroy()
    if (fault.kind === 'disconnect') {
      disconnect(connection, fault.reason)
    }
    return true
  }
}

export async function startFakeServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  return await new FakeServer(options).listen()
}

/** Eleven numbers: sizes of blocks, blocks, free ones, free ones for users, the same of files, and three more. */
function statvfs(freeBytes: number): Buffer {
  const bytes = Buffer.alloc(88)
  const values = [4096, 4096, 2 ** 30, freeBytes / 4096, freeBytes / 4096, 1e6, 1e6, 1e6, 1, 0, 255]
  for (const [index, value] of values.entries()) bytes.writeBigUInt64BE(BigInt(Math.floor(value)), index * 8)
  return bytes
}
