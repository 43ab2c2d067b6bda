import type { BlockingFiles } from '@ltx/env'
import { isTemporaryName } from '@ltx/env'
import {
  decodeHeader,
  formatFileName,
  HEADER_BYTES,
  isFormatError,
  parseFileName,
  toTxid,
  TRAILER_BYTES,
  type Header,
  type Txid,
} from '@ltx/format'

/** A level 0 file on the local disk: one sync, named after its TXID twice. */
export interface LocalFile {
  readonly txid: Txid
  readonly path: string
}

/** The local state folder, `DIR/.NAME-litestream`, laid out as Litestream's: `ltx/0/<txid>-<txid>.ltx`. */
export class LocalFiles {
  readonly metaPath: string
  readonly #files: BlockingFiles

  constructor(files: BlockingFiles, metaPath: string) {
    this.#files = files
    this.metaPath = metaPath
  }

  get level0Directory(): string {
    return `${this.metaPath}/ltx/0`
  }

  path(txid: Txid): string {
    return `${this.level0Directory}/${formatFileName(txid, txid)}`
  }

  /** Ascending. Files of another shape than one TXID are not ours and not listed. */
  list(): LocalFile[] {
    const found: LocalFile[] = []
    for (const name of namesIn(this.#files, this.level0Directory)) {
      const parsed = parseFileName(name)
      if (parsed === null || parsed.minTXID !== parsed.maxTXID) continue
      found.push({ txid: parsed.minTXID, path: `${this.level0Directory}/${name}` })
    }
    return found.toSorted((a, b) => (a.txid < b.txid ? -1 : 1))
  }

  /** The newest files without a hole between them, ascending; what is older than a hole is of no use. */
  newestRun(): LocalFile[] {
    const all = this.list()
    let start = all.length - 1
    while (start > 0 && all[start - 1]?.txid === toTxid((all[start]?.txid ?? 0n) - 1n)) start--
    return all.slice(Math.max(0, start))
  }

  /** @throws {FormatError} when the file is not an LTX file. */
  readHeader(txid: Txid): Header {
    return decodeHeader(this.#readAt(this.path(txid), (_size) => 0, HEADER_BYTES))
  }

  /** Header timestamp of the newest file, in milliseconds since the Unix epoch; 0: there is none, or it is damaged. */
  newestTimestampMs(): number {
    const newest = this.list().at(-1)
    try {
      return newest === undefined ? 0 : this.readHeader(newest.txid).timestampMs
    } catch (error) {
      if (isFormatError(error)) return 0
      throw error
    }
  }

  /** The file checksum in the trailer: with the size it tells files of the same TXID apart. */
  readFileChecksum(txid: Txid): bigint {
    const trailer = this.#readAt(this.path(txid), (size) => size - TRAILER_BYTES, TRAILER_BYTES)
    return new DataView(trailer.buffer).getBigUint64(8)
  }

  remove(txid: Txid): void {
    this.#files.remove(this.path(txid))
  }

  /** The newest first, so that no hole is left should we die on the way. `undefined`: everything. */
  removeFrom(txid: Txid | undefined): void {
    if (txid === undefined) return this.removeAll()
    for (const file of this.list().toReversed()) if (file.txid >= txid) this.remove(file.txid)
  }

  /** All level 0 files; `position`, `seal`, `pages` and `confirmed` speak of files that are gone then, so they go too. */
  removeAll(): void {
    this.#files.removeTree(`${this.metaPath}/ltx`)
    for (const name of ['position', 'seal', 'pages', 'confirmed'])
      this.#files.remove(`${this.metaPath}/${name}`)
  }

  /** Removes what writers that are gone left behind. Only for the owner of the state folder. */
  sweep(): void {
    for (const directory of [this.metaPath, this.level0Directory]) {
      for (const name of namesIn(this.#files, directory)) {
        if (isTemporaryName(name)) this.#files.remove(`${directory}/${name}`)
      }
    }
  }

  #readAt(path: string, start: (size: number) => number, bytes: number): Uint8Array {
    using handle = this.#files.open(path, 'read')
    const target = new Uint8Array(bytes)
    const length = handle.read(target, Math.max(0, start(handle.stat().size)))
    return target.subarray(0, length)
  }
}

function namesIn(files: BlockingFiles, directory: string): string[] {
  try {
    return files.list(directory)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return []
    throw error
  }
}
