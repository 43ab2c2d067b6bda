import type { ByteSource } from '@ltx/client-core'
import type { Files } from '@ltx/env'
import { formatFileName, parseFileName, type Txid } from '@ltx/format'
import type { LocalCopy, LocalFilesPort } from '../replica/local-files-port.ts'

const READ_BYTES = 1024 * 1024

/** The local level 0 files as the main thread sees them: listed and read, never changed. */
export class LocalPort implements LocalFilesPort {
  readonly #files: Files
  readonly #directory: string

  constructor(files: Files, metaPath: string) {
    this.#files = files
    this.#directory = `${metaPath}/ltx/0`
  }

  path(txid: Txid): string {
    return `${this.#directory}/${formatFileName(txid, txid)}`
  }

  async list(after: Txid | null = null): Promise<LocalCopy[]> {
    const found: LocalCopy[] = []
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

  async readEnd(txid: Txid, bytes: number): Promise<Uint8Array> {
    await using handle = await this.#files.open(this.path(txid), 'read')
    const { size } = await handle.stat()
    const target = new Uint8Array(Math.min(bytes, size))
    return target.subarray(0, await handle.read(target, size - target.length))
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

/** A local file as a source: from its start, as often as it is asked. Chunks are borrowed until the next one is asked for. */
export function fileSource(files: Files, path: string): ByteSource {
  return async function* read() {
    await using handle = await files.open(path, 'read')
    const { size } = await handle.stat()
    const chunk = new Uint8Array(Math.min(READ_BYTES, Math.max(1, size))) // one for all: hundreds of new ones are slow to be freed
    for (let position = 0; ;) {
      const length = await handle.read(chunk, position)
      if (length === 0) return
      position += length
      yield chunk.subarray(0, length)
    }
  }
}
