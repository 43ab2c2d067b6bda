import type { Channel, Done, RequestMore } from './channel.ts'
import type { NativeEntry, NativeSftp, NativeStats } from './connect.ts'

/** An open file or directory on the server. */
export type Handle = Buffer

export interface RemoteStat {
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  /** Bytes; `null` where the server does not say. */
  readonly size: number | null
  /** Whole seconds, in ms since the epoch. */
  readonly mtimeMs: number
}

export interface RemoteEntry extends RemoteStat {
  readonly name: string
}

/** What all requests of one call have in common: the session, and the signal that ends them. */
export class Session {
  readonly #channel: Channel
  readonly #signal: AbortSignal | undefined

  constructor(channel: Channel, signal: AbortSignal | undefined) {
    this.#channel = channel
    this.#signal = signal
  }

  /** For what is tidied up after the signal has fired. */
  get detached(): Session {
    return new Session(this.#channel, undefined)
  }

  /** `wx`: for writing, must not exist. */
  open(path: string, flags: 'r' | 'wx'): Promise<Handle> {
    return this.#channel.request<Handle>(this.#signal, (sftp, done) => sftp.open(path, flags, done), {
      late: (handle) => void this.detached.close(handle).catch(() => undefined),
    })
  }

  close(handle: Handle): Promise<void> {
    return this.#channel.request(this.#signal, (sftp, done) => sftp.close(handle, done))
  }

  /** Bytes read into `target`, from its start; 0 at the end of the file. May be fewer than fit. */
  read(handle: Handle, target: Buffer, position: number): Promise<number> {
    return this.#channel.request(this.#signal, (sftp, done) => {
      sftp.read(handle, target, 0, target.length, position, (error, bytesRead) => done(error, bytesRead))
    })
  }

  /** Copies the bytes before it returns: ssh2 would send what is more than the server takes at once later on. */
  write(handle: Handle, borrowed: Uint8Array, position: number): Promise<void> {
    const bytes = Buffer.from(borrowed)
    return this.#channel.request(this.#signal, (sftp, done) => {
      sftp.write(handle, bytes, 0, bytes.length, position, (error) => done(error))
    })
  }

  /** Seconds since the epoch. */
  setTimes(handle: Handle, seconds: number): Promise<void> {
    return this.#channel.request(this.#signal, (sftp, done) => {
      sftp.fsetstat(handle, { atime: seconds, mtime: seconds }, done)
    })
  }

  async statHandle(handle: Handle): Promise<RemoteStat> {
    return toStat(
      await this.#channel.request<NativeStats>(this.#signal, (sftp, done) => sftp.fstat(handle, done)),
      '',
    )
  }

  /** Follows symbolic links. */
  async stat(path: string): Promise<RemoteStat> {
    return toStat(
      await this.#channel.request<NativeStats>(this.#signal, (sftp, done) => sftp.stat(path, done)),
      '',
    )
  }

  /** Looks at a symbolic link itself. */
  async statLink(path: string): Promise<RemoteStat> {
    return toStat(
      await this.#channel.request<NativeStats>(this.#signal, (sftp, done) => sftp.lstat(path, done)),
      '',
    )
  }

  /** Makes a file, or a directory's names, durable. May take minutes for a large one. `false`: the server cannot. */
  sync(handle: Handle): Promise<boolean> {
    return this.#extension(
      (sftp, done) => {
        sftp.ext_openssh_fsync(handle, (error) => done(error, true))
      },
      { patient: true },
    )
  }

  /** A second name for a file; fails when there is one already. `false`: the server cannot. */
  link(from: string, to: string): Promise<boolean> {
    return this.#extension((sftp, done) => {
      sftp.ext_openssh_hardlink(from, to, (error) => done(error, true))
    })
  }

  /** Bytes that may still be written below a path; `null` where the server does not say. */
  async freeBytes(path: string): Promise<number | null> {
    let free: number | null = null
    await this.#extension((sftp, done) => {
      sftp.ext_openssh_statvfs(
        path,
        (error, found: { readonly f_bavail: number; readonly f_frsize: number }) => {
          if (error === undefined || error === null) free = found.f_bavail * found.f_frsize
          done(error, true)
        },
      )
    })
    return free
  }

  rename(from: string, to: string): Promise<void> {
    return this.#channel.request(this.#signal, (sftp, done) => sftp.rename(from, to, done))
  }

  remove(path: string): Promise<void> {
    return this.#channel.request(this.#signal, (sftp, done) => sftp.unlink(path, done))
  }

  makeDirectory(path: string): Promise<void> {
    return this.#channel.request(this.#signal, (sftp, done) => sftp.mkdir(path, done))
  }

  removeDirectory(path: string): Promise<void> {
    return this.#channel.request(this.#signal, (sftp, done) => sftp.rmdir(path, done))
  }

  openDirectory(path: string): Promise<Handle> {
    return this.#channel.request<Handle>(this.#signal, (sftp, done) => sftp.opendir(path, done), {
      late: (handle) => void this.detached.close(handle).catch(() => undefined),
    })
  }

  /** Some of the entries, without `.` and `..`. Answers with the status `eof` when there are no more. */
  async readDirectory(handle: Handle): Promise<RemoteEntry[]> {
    const entries = await this.#channel.request<NativeEntry[]>(this.#signal, (sftp, done) =>
      sftp.readdir(handle, done),
    )
    return entries.map(({ filename, longname, attrs }) => ({ name: filename, ...toStat(attrs, longname) }))
  }

  async #extension(
    start: (sftp: NativeSftp, done: Done<boolean>) => void,
    more: RequestMore<boolean> = {},
  ): Promise<boolean> {
    try {
      return await this.#channel.request(this.#signal, start, more)
    } catch (error) {
      if (isUnsupported(error)) return false
      throw error
    }
  }
}

/** ssh2 throws it when the server has not announced an extension. */
function isUnsupported(error: unknown): boolean {
  return error instanceof Error && error.message === 'Server does not support this extended request'
}

/** @param longname A line as of `ls -l`, for servers that tell no modes. */
function toStat(stats: NativeStats, longname: string): RemoteStat {
  return { kind: kindOf(stats, longname), size: stats.size ?? null, mtimeMs: (stats.mtime ?? 0) * 1000 }
}

function kindOf(stats: NativeStats, longname: string): RemoteStat['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'link'
  if (stats.mode !== undefined) return 'other'
  return longname.startsWith('d') ? 'directory' : longname.startsWith('l') ? 'link' : 'file'
}
