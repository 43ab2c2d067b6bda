import type { BlockingFileHandle, BlockingFiles, FileStat, OpenMode, OpenOptions } from '@ltx/env'

export type FileCall = keyof BlockingFiles | 'read' | 'write' | 'sync' | 'syncData' | 'truncate'

type Watcher = (call: FileCall, path: string) => void

/** Real files on which a test can make a call fail, or look at the moment before one. */
export class FaultyFiles implements BlockingFiles {
  readonly #files: BlockingFiles
  readonly #watchers = new Set<Watcher>()

  constructor(files: BlockingFiles) {
    this.#files = files
  }

  /** Calls `watcher` before each call, until the returned function is called. What it throws is what the call throws. */
  before(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Lets calls on paths that contain `part` fail with a system error, until the returned function is called. */
  fail(call: FileCall, code: string, part: string): () => void {
    return this.before((happens, path) => {
      if (happens === call && path.includes(part)) throw systemError(code, path)
    })
  }

  open(path: string, mode: OpenMode, options?: OpenOptions): BlockingFileHandle {
    this.#tell('open', path)
    return this.#wrap(this.#files.open(path, mode, options), path)
  }

  stat(path: string): FileStat | null {
    this.#tell('stat', path)
    return this.#files.stat(path)
  }

  list(directory: string): string[] {
    this.#tell('list', directory)
    return this.#files.list(directory)
  }

  makeDirectory(path: string, options?: OpenOptions): void {
    this.#tell('makeDirectory', path)
    this.#files.makeDirectory(path, options)
  }

  rename(from: string, to: string): void {
    this.#tell('rename', to)
    this.#files.rename(from, to)
  }

  link(from: string, to: string): void {
    this.#files.link(from, to)
  }

  remove(path: string): void {
    this.#tell('remove', path)
    this.#files.remove(path)
  }

  removeTree(path: string): void {
    this.#tell('removeTree', path)
    this.#files.removeTree(path)
  }

  syncDirectory(path: string): void {
    this.#tell('syncDirectory', path)
    this.#files.syncDirectory(path)
  }

  setMode(path: string, mode: number): void {
    this.#files.setMode(path, mode)
  }

  setOwner(path: string, uid: number, gid: number): void {
    this.#files.setOwner(path, uid, gid)
  }

  #tell(call: FileCall, path: string): void {
    for (const watcher of this.#watchers) watcher(call, path)
  }

  #wrap(handle: BlockingFileHandle, path: string): BlockingFileHandle {
    const told =
      <Args extends readonly unknown[], Result>(call: FileCall, act: (...args: Args) => Result) =>
      (...args: Args): Result => {
        this.#tell(call, path)
        return act(...args)
      }
    return {
      read: told('read', (target: Uint8Array, position: number) => handle.read(target, position)),
      write: told('write', (bytes: Uint8Array, position: number) => handle.write(bytes, position)),
      truncate: told('truncate', (size: number) => handle.truncate(size)),
      startSync: () => handle.startSync(),
      sync: told('sync', () => handle.sync()),
      syncData: told('syncData', () => handle.syncData()),
      stat: () => handle.stat(),
      setTimes: (mtimeMs) => handle.setTimes(mtimeMs),
      close: () => handle.close(),
      [Symbol.dispose]: () => handle.close(),
    }
  }
}

export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: made by the test, '${path}'`), { code, path })
}
