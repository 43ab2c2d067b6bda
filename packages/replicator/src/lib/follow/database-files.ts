import type { BlockingFileHandle, BlockingFiles, FileStat } from '@ltx/env'
import type { KeptDescriptors } from './kept-descriptors.ts'

/**
 * Our descriptors of the database file and its `-wal`. The database file's is opened once and closed only after our connections are:
 * closing any descriptor of it drops SQLite's POSIX locks in this process (engine.md §10). The `-wal` may be closed at any time.
 */
export class DatabaseFiles implements Disposable {
  readonly path: string
  readonly #files: BlockingFiles
  readonly #kept: KeptDescriptors | null
  #main: OpenFile | null = null
  #wal: OpenFile | null = null

  /** @param kept Where the application's own connections live in this process: the database file is never closed then. */
  constructor(files: BlockingFiles, path: string, kept: KeptDescriptors | null) {
    this.#files = files
    this.path = path
    this.#kept = kept
  }

  /** Opens the database file. Call it when the connections are open, so that the same file is meant. */
  open(): void {
    this.#main ??= opened(this.#kept?.open(this.path) ?? this.#files.open(this.path, 'read'))
  }

  /** The open database file, not whatever carries its name now. */
  statMain(): FileStat {
    return this.#openMain().stat()
  }

  /** Bytes read; short at the end of the file. */
  readMain(target: Uint8Array, position: number): number {
    return this.#openMain().read(target, position)
  }

  /** Bytes read; 0 when there is no `-wal`. */
  readWal(target: Uint8Array, position: number): number {
    return this.#openWal()?.read(target, position) ?? 0
  }

  /** Size of the `-wal` in bytes; 0 when there is none. */
  walBytes(): number {
    return this.#openWal()?.stat().size ?? 0
  }

  /** Whether the database file and its `-wal` have more bytes than a limit; 0: there is none. */
  areLarger(bytesMax: number): boolean {
    return bytesMax > 0 && this.statMain().size + this.walBytes() > bytesMax
  }

  /** The open `-wal`; `null` when there is none. */
  statWal(): FileStat | null {
    return this.#openWal()?.stat() ?? null
  }

  /** The database file's name leads to another file than the one we have open, or to none. */
  mainWasReplaced(): boolean {
    return differs(this.#main, this.#files.stat(this.path))
  }

  /** True when the names lead to other files than the ones we have open. */
  wereReplaced(): boolean {
    return this.mainWasReplaced() || differs(this.#wal, this.#files.stat(`${this.path}-wal`))
  }

  /** Another `-wal` has the name of the one we have open. */
  hasNewerWal(): boolean {
    const named = this.#files.stat(`${this.path}-wal`)
    return named !== null && differs(this.#wal, named)
  }

  /** Makes what the application wrote durable, so that no checkpoint has to do it inside a lock. */
  syncData(): void {
    this.#openWal()?.syncData()
    this.#openMain().syncData()
  }

  /** After the connections are closed. */
  close(): void {
    this.#wal?.handle.close()
    this.#wal = null
    if (this.#kept === null) this.#main?.handle.close()
    this.#main = null
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #openMain(): BlockingFileHandle {
    if (this.#main === null) throw new Error(`invariant broken: ${this.path} is not open`)
    return this.#main.handle
  }

  #openWal(): BlockingFileHandle | null {
    if (this.#wal !== null) return this.#wal.handle
    try {
      this.#wal = opened(this.#files.open(`${this.path}-wal`, 'read'))
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw error
    }
    return this.#wal?.handle ?? null
  }
}

/** What it is as long as it is open, whatever its names become. */
interface OpenFile {
  readonly handle: BlockingFileHandle
  readonly dev: bigint
  readonly ino: bigint
}

function opened(handle: BlockingFileHandle): OpenFile {
  const { dev, ino } = handle.stat()
  return { handle, dev, ino }
}

function differs(ours: OpenFile | null, named: FileStat | null): boolean {
  if (ours === null) return false
  return named === null || ours.dev !== named.dev || ours.ino !== named.ino
}
