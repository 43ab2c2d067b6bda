import type { ByteSource } from '@ltx/client-core'
import { toTxid, type Txid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import type { LocalCopy, LocalFilesPort } from '../src/lib/replica/local-files-port.ts'

export interface SmallFile {
  readonly min?: number
  readonly max: number
  /** Page numbers; 1 and 2 when absent. */
  readonly pages?: readonly number[]
  readonly pageSize?: number
  /** `max` seconds when absent. */
  readonly timestampMs?: number
  /** Every byte of every page; a pattern of page and TXID when absent. */
  readonly fill?: number
}

/** A small LTX file of a database of nine pages. */
export function smallFile(file: SmallFile): Uint8Array {
  const {
    min = file.max,
    max,
    pages = min === 1 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1, 2],
    pageSize = 512,
  } = file
  return encodeFileSpec({
    pageSize,
    commit: 9,
    minTXID: BigInt(min),
    maxTXID: BigInt(max),
    timestampMs: file.timestampMs ?? max * 1000,
    pages: pages.map((pageNumber) => ({
      pageNumber,
      data: file.fill === undefined ? undefined : new Uint8Array(pageSize).fill(file.fill),
    })),
  })
}

/** Level 0 files in memory, read in chunks of odd sizes. */
export class MemoryLocalFiles implements LocalFilesPort {
  readonly files: Map<Txid, Uint8Array> = new Map()
  /** TXIDs in the order in which they were opened. */
  readonly opened: Txid[] = []
  /** Of what was written, where that is known. */
  readonly checksums: Map<Txid, bigint> = new Map()

  constructor(files: readonly SmallFile[] = []) {
    for (const file of files) this.put(file)
  }

  put(file: SmallFile): this {
    this.files.set(toTxid(BigInt(file.max)), smallFile(file))
    return this
  }

  async list(): Promise<LocalCopy[]> {
    return [...this.files]
      .map(([txid, { length }]) => ({ txid, bytes: length }))
      .toSorted((a, b) => (a.txid < b.txid ? -1 : 1))
  }

  read(txid: Txid): ByteSource {
    return () => this.#chunks(txid)
  }

  writtenChecksum(txid: Txid): bigint | null {
    return this.checksums.get(txid) ?? null
  }

  async readEnd(txid: Txid, bytes: number): Promise<Uint8Array> {
    return this.#bytes(txid).slice(-bytes)
  }

  async *#chunks(txid: Txid): AsyncGenerator<Uint8Array, void, undefined> {
    const file = this.#bytes(txid)
    this.opened.push(txid)
    for (let start = 0; start < file.length; start += 333) yield file.slice(start, start + 333)
  }

  #bytes(txid: Txid): Uint8Array {
    const file = this.files.get(txid)
    if (file === undefined)
      throw Object.assign(new Error(`ENOENT: no local file ${txid}`), { code: 'ENOENT' })
    return file
  }
}
