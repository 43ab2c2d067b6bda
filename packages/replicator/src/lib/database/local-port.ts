import type { ByteSource } from '@ltx/client-core'
import type { Files } from '@ltx/env'
import { formatFileName, parseFileName, type Txid } from '@ltx/format'
import type { WrittenFile } from './ltx-file-writer.ts'
import type { LocalCopy, LocalFilesPort } from '../replica/local-files-port.ts'

const READ_BYTES = 1024 * 1024

/** Of files that wait for their upload. More are decoded as they go up. */
const CHECKSUMS_MAX = 4096

/** The local level 0 files as the main thread sees them: listed and read, never changed. */
export class LocalPort implements LocalFilesPort {
  readonly #files: Files
  readonly #directory: string
  /** Of what was written, ascending. */
  readonly #checksums = new Map<Txid, bigint>()

  constructor(files: Files, metaPath: string) {
    this.#files = files
    this.#directory = `${metaPath}/ltx/0`
  }

  path(txid: Txid): string {
    return `${this.#directory}/${formatFileName(txid, txid)}`
  }

  async list(after: Txid | null = null): Promise<LocalCopy[]> {
    const found: LocalCopy[] = []
    this.#forget(after)
    for (const name of await this.#names()) {
      const parsed = parseFileName(name)
      if (parsed === null || parsed.minTXID !== parsed.maxTXID) continue
      if (after !== null && parsed.minTXID <= after) continue
      const stat = await this.#files.stat(`${this.#directory}/${name}`)
      if (stat?.kind === 'file') found.push({ txid: parsed.minTXID, bytes: stat.size })
    }
    return found
  }

  read(txid: Txid): ByteSource {
    return fileSource(this.#files, this.path(txid))
  }

  /** These were written, by the thread that does. */
  wrote(files: readonly Pick<WrittenFile, 'txid' | 'storedChecksum'>[]): void {
    for (const { txid, storedChecksum } of files) {
      this.#checksums.delete(txid) // a new one comes last
      if (storedChecksum !== undefined) this.#checksums.set(txid, storedChecksum)
    }
    for (const txid of this.#checksums.keys()) {
      if (this.#checksums.size <= CHECKSUMS_MAX) break
      this.#checksums.delete(txid)
    }
  }

  writtenChecksum(txid: Txid): bigint | null {
    return this.#checksums.get(txid) ?? null
  }

  async readEnd(txid: Txid, bytes: number): Promise<Uint8Array> {
    await using handle = await this.#files.open(this.path(txid), 'read')
    const { size } = await handle.stat()
    const target = new Uint8Array(Math.min(bytes, size))
    return target.subarray(0, await handle.read(target, size - target.length))
  }

  /** Up to here everything is stored. */
  #forget(upTo: Txid | null): void {
    for (const txid of this.#checksums.keys()) {
      if (upTo === null || txid > upTo) break
      this.#checksums.delete(txid)
    }
  }

  async #names(): Promise<string[]> {
    try {
      return await this.#files.list(this.#directory)
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return []
      throw error
    }
  }
}

/** A local file as a source: from its start to where it ended when it was opened, as often as it is asked. Chunks are borrowed until the next one is asked for. */
export function fileSource(files: Files, path: string): ByteSource {
  return async function* read() {
    await using handle = await files.open(path, 'read')
    const { size } = await handle.stat()
    const bytes = Math.min(READ_BYTES, Math.max(1, size))
    // two for all: hundreds of new ones are slow to be freed. One is filled while the other is looked at
    let [chunk, next] = [new Uint8Array(bytes), new Uint8Array(size > bytes ? bytes : 0)]
    const begin = (position: number): Promise<number> => {
      const reading = handle.read(chunk, position)
      reading.catch(() => {}) // whoever waits for it is told
      return reading
    }
    let reading = begin(0)
    try {
      for (let position = 0; ;) {
        const length = await reading
        if (length === 0) return
        position += length
        ;[chunk, next] = [next, chunk]
        if (position < size) reading = begin(position)
        yield next.subarray(0, length)
        if (position >= size) return
      }
    } finally {
      await reading.catch(() => 0) // before the file is closed
    }
  }
}
