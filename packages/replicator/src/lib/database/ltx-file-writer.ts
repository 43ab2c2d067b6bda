import { stageFileBlocking, type BlockingStagedFile, type Env } from '@ltx/env'
import { FileEncoder, formatFileName, type Header, type PageEvent, type Txid } from '@ltx/format'
import { lockPageNumber } from '@ltx/wal'
import type { LocalFiles } from './local-files.ts'

const WRITE_BYTES = 1024 * 1024

/** Permission bits and owner that files and folders of ours share with the database file. */
export interface FileOwner {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** A file that has its real name and is durable. */
export interface WrittenFile {
  readonly txid: Txid
  readonly bytes: number
  readonly pages: number
  readonly timestampMs: number
  /** Of the WAL that it was made from, and where they end in it. */
  readonly walBytes: number
  readonly walOffset: number
}

/**
 * Writes one LTX file of the local state: staged, synced, renamed, directory synced. Disposing of it before `publish` leaves nothing
 * behind. Pages come in ascending order; the lock page is left out here, whoever offers it.
 */
export class LtxFileWriter implements Disposable {
  readonly header: Header
  /** The name it will have in its folder. */
  readonly name: string
  readonly #encoder: FileEncoder
  readonly #staged: BlockingStagedFile
  readonly #lockPage: number
  #pages = 0

  constructor(env: Env, directory: string, header: Header, owner: FileOwner) {
    env.blockingFiles.makeDirectory(directory, { mode: directoryMode(owner.mode) })
    this.header = header
    this.#lockPage = lockPageNumber(header.pageSize)
    this.#encoder = new FileEncoder(header)
    this.name = formatFileName(header.minTXID, header.maxTXID)
    this.#staged = stageFileBlocking(env, directory, this.name, {
      mode: owner.mode,
      owner,
      mtimeMs: header.timestampMs,
    })
  }

  get pages(): number {
    return this.#pages
  }

  /** @param page Borrowed. */
  write(pageNumber: number, page: Uint8Array): void {
    if (pageNumber === this.#lockPage) return
    this.#encoder.writePage(pageNumber, page)
    this.#added()
  }

  /** @param pages Consecutive pages, borrowed. */
  writeRun(firstPage: number, pages: Uint8Array): void {
    const { pageSize } = this.header
    for (let at = 0; at < pages.length;) {
      const page = firstPage + at / pageSize
      const bytesToLock = (this.#lockPage - page) * pageSize
      if (bytesToLock === 0) {
        at += pageSize
        continue
      }
      const end = at + (bytesToLock > 0 ? Math.min(WRITE_BYTES, bytesToLock) : WRITE_BYTES)
      const run = pages.subarray(at, end)
      this.#encoder.writePages(page, run)
      this.#added(run.length / pageSize)
      at += run.length
    }
  }

  /** Takes a page over from another file, compressed as it is. */
  copy({ pageNumber, data, frame }: Pick<PageEvent, 'pageNumber' | 'data' | 'frame'>): void {
    if (frame === null) return this.write(pageNumber, data)
    if (pageNumber === this.#lockPage) return
    this.#encoder.copyFrame(frame, data)
    this.#added()
  }

  publish(): WrittenFile {
    this.#encoder.finish()
    this.#staged.write(this.#encoder.lend())
    this.#staged.commit()
    const { maxTXID, timestampMs, walOffset, walSize } = this.header
    return {
      txid: maxTXID,
      bytes: this.#staged.bytesWritten,
      pages: this.#pages,
      timestampMs,
      walBytes: Number(walSize),
      walOffset: Number(walOffset + walSize),
    }
  }

  [Symbol.dispose](): void {
    this.#staged[Symbol.dispose]()
  }

  #added(pages: number = 1): void {
    this.#pages += pages
    if (this.#encoder.pendingBytes >= WRITE_BYTES) this.#staged.write(this.#encoder.lend())
  }
}

export function level0Writer(env: Env, local: LocalFiles, header: Header, owner: FileOwner): LtxFileWriter {
  return new LtxFileWriter(env, local.level0Directory, header, owner)
}

/** Who may read files may enter the folders that hold them. */
export function directoryMode(fileMode: number): number {
  return fileMode | ((fileMode & 0o444) >> 2) | 0o700
}
