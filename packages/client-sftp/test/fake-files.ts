import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
  type Stats,
} from 'node:fs'
import { posix } from 'node:path'
import ssh2, { type Attributes, type FileEntry, type InputAttributes } from 'ssh2'

/** Entries of one answer to READDIR. */
const ENTRIES_PER_ANSWER = 2

export const STATUS: typeof ssh2.utils.sftp.STATUS_CODE = ssh2.utils.sftp.STATUS_CODE

type Opened = { readonly descriptor: number } | { readonly entries: FileEntry[] }

/** An answer that says no. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number) {
    super(`refused with ${status}`)
    this.status = status
  }
}

/** A directory of this machine as an SFTP server shows it, with the strictness of OpenSSH's. */
export class FakeFiles {
  readonly root: string
  /** Whether a rename replaces what is there, as some servers do and the protocol forbids. */
  renameReplaces: boolean = false
  /** Reads answer with so many bytes at most. */
  readBytesMax: number = 256 * 1024
  /** What `statvfs` says. */
  freeBytes: number = 1024 ** 4
  readonly #opened: Map<number, Opened> = new Map()
  #next = 1

  constructor(root: string) {
    this.root = root
  }

  /** Handles that were not closed. */
  get open(): number {
    return this.#opened.size
  }

  real(path: string): string {
    return `${this.root}${posix.join('/login', path.startsWith('/') ? posix.join('/..', path) : path)}`
  }

  openFile(path: string, flags: number, mode: number): Buffer {
    const words = ssh2.utils.sftp.flagsToString(flags)
    if (words === null) throw new Refusal(STATUS.BAD_MESSAGE)
    return this.#handle({ descriptor: openSync(this.real(path), words, mode) })
  }

  openDirectory(path: string): Buffer {
    const real = this.real(path)
    const names = ['.', '..', ...readdirSync(real).toReversed()] // in no order that helps
    return this.#handle({ entries: names.map((name) => entryOf(name, lstatSync(`${real}/${name}`))) })
  }

  read(handle: Buffer, position: number, length: number): Buffer | null {
    const bytes = Buffer.alloc(Math.min(length, this.readBytesMax))
    const count = readSync(this.#descriptor(handle), bytes, 0, bytes.length, position)
    return count === 0 ? null : bytes.subarray(0, count)
  }

  write(handle: Buffer, position: number, bytes: Buffer): void {
    writeSync(this.#descriptor(handle), bytes, 0, bytes.length, position)
  }

  readDirectory(handle: Buffer): FileEntry[] | null {
    const opened = this.#of(handle)
    if (!('entries' in opened)) throw new Refusal(STATUS.FAILURE)
    const some = opened.entries.splice(0, ENTRIES_PER_ANSWER)
    return some.length === 0 ? null : some
  }

  close(handle: Buffer): void {
    const opened = this.#of(handle)
    if ('descriptor' in opened) closeSync(opened.descriptor)
    this.#opened.delete(handle.readUInt32BE(0))
  }

  statHandle(handle: Buffer): Attributes {
    return attributesOf(fstatSync(this.#descriptor(handle)))
  }

  stat(path: string): Attributes {
    return attributesOf(statSync(this.real(path)))
  }

  statLink(path: string): Attributes {
    return attributesOf(lstatSync(this.real(path)))
  }

  setHandle(handle: Buffer, { atime, mtime, mode }: InputAttributes): void {
    const descriptor = this.#descriptor(handle)
    if (atime !== undefined && mtime !== undefined) futimesSync(descriptor, atime, mtime)
    if (mode !== undefined) fchmodSync(descriptor, Number(mode))
  }

  setPath(path: string, { atime, mtime }: InputAttributes): void {
    if (atime !== undefined && mtime !== undefined) utimesSync(this.real(path), atime, mtime)
  }

  sync(handle: Buffer): void {
    fsyncSync(this.#descriptor(handle))
  }

  link(from: string, to: string): void {
    linkSync(this.real(from), this.real(to))
  }

  rename(from: string, to: string): void {
    if (!this.renameReplaces && existsSync(this.real(to))) throw new Refusal(STATUS.FAILURE)
    renameSync(this.real(from), this.real(to))
  }

  remove(path: string): void {
    unlinkSync(this.real(path))
  }

  makeDirectory(path: string): void {
    mkdirSync(this.real(path))
  }

  removeDirectory(path: string): void {
    rmdirSync(this.real(path))
  }

  /** What a session that has ended leaves open. */
  closeAll(): void {
    for (const opened of this.#opened.values()) if ('descriptor' in opened) closeSync(opened.descriptor)
    this.#opened.clear()
  }

  #handle(opened: Opened): Buffer {
    const handle = Buffer.alloc(4)
    handle.writeUInt32BE(this.#next)
    this.#opened.set(this.#next++, opened)
    return handle
  }

  #of(handle: Buffer): Opened {
    const opened = handle.length === 4 ? this.#opened.get(handle.readUInt32BE(0)) : undefined
    if (opened === undefined) throw new Refusal(STATUS.NO_SUCH_FILE) // as OpenSSH has it for EBADF
    return opened
  }

  #descriptor(handle: Buffer): number {
    const opened = this.#of(handle)
    if (!('descriptor' in opened)) throw new Refusal(STATUS.FAILURE)
    return opened.descriptor
  }
}

/** As OpenSSH's `errno_to_portable` has it. */
export function statusOf(error: unknown): number {
  if (error instanceof Refusal) return error.status
  switch ((error as NodeJS.ErrnoException).code ?? '') {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EBADF':
    case 'ELOOP':
      return STATUS.NO_SUCH_FILE
    case 'EPERM':
    case 'EACCES':
    case 'EFAULT':
      return STATUS.PERMISSION_DENIED
    case 'ENAMETOOLONG':
    case 'EINVAL':
      return STATUS.BAD_MESSAGE
    default:
      return STATUS.FAILURE
  }
}

function entryOf(filename: string, stats: Stats): FileEntry {
  const kind = stats.isDirectory() ? 'd' : stats.isSymbolicLink() ? 'l' : '-'
  const longname = `${kind}rw-r--r-- 1 u g ${stats.size} Jan 1 00:00 ${filename}`
  return { filename, longname, attrs: attributesOf(stats) }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}

function attributesOf({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats): Attributes {
  return {
    mode: mode & (constants.S_IFMT | 0o7777),
    uid,
    gid,
    size,
    atime: seconds(atimeMs),
    mtime: seconds(mtimeMs),
  }
}
