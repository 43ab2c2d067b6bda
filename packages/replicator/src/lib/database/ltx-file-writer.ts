import { stageFileBlocking, type BlockingStagedFile, type Env } from '@ltx/env'
import { FileEncoder, formatFileName, type Header, type PageEvent, type Txid } from '@ltx/format'
import { sharedKernels, type Kernels } from '@ltx/kernels'
import { lockPageNumber } from '@ltx/wal'
import { makeOwnedDirectory, type FileOwner } from './file-owner.ts'
import type { LocalFiles } from './local-files.ts'

const WRITE_BYTES = 1024 * 1024

/** A file that has its real name and is durable. */
export interface WrittenFile {
  readonly txid: Txid
  readonly bytes: number
  readonly pages: number
  readonly timestampMs: number
  /** Of the WAL that it was made from, and where they end in it. */
  readonly walBytes: number
  readonly walOffset: number
  /** CRC-64 of the file's bytes as they were written; absent where nobody asks for it. */
  readonly storedChecksum?: bigint
}

/**
 * Writes one LTX file of the local state: staged, synced, renamed, directory synced. Disposing of it before `publish` leaves nothing
 * behind. Pages come in ascending order; the lock page is left out here, whoever offers it.
 *
 * After {@link LtxFileWriter.writeRun} nothing else may be called before {@link LtxFileWriter.settled} but another run, or disposal.
 */
export class LtxFileWriter implements Disposable {
  readonly header: Header
  /** The name it will have in its folder. */
  readonly name: string
  readonly #encoder: FileEncoder
  readonly #staged: BlockingStagedFile
  readonly #lockPage: number
  readonly #kernels: Kernels = sharedKernels()
  #pages = 0
  #storedChecksum = 0n
  /** The run that is being compressed. */
  #compressing: Promise<void> | null = null

  constructor(env: Env, directory: string, header: Header, owner: FileOwner) {
    makeOwnedDirectory(env.blockingFiles, directory, owner)
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

  /** @param numbers Ascending. @param source Borrowed: each page starts where `offsets` says. */
  writeScattered(numbers: Uint32Array, source: Uint8Array, offsets: Uint32Array): void {
    if (numbers.includes(this.#lockPage)) {
      const { pageSize } = this.header
      for (const [index, offset] of offsets.entries())
        this.write(numbers[index] ?? 0, source.subarray(offset, offset + pageSize))
      return
    }
    this.#encoder.writeScattered(numbers, source, offsets)
    this.#added(numbers.length)
  }

  /**
   * Has consecutive pages compressed while the caller reads others. Resolves when those of the call before are.
   *
   * @param pages Borrowed until the next call resolves, or `settled` does.
   */
  async writeRun(firstPage: number, pages: Uint8Array): Promise<void> {
    await this.settled()
    const { pageSize } = this.header
    const lockAt = (this.#lockPage - firstPage) * pageSize
    if (lockAt >= 0 && lockAt < pages.length) {
      await this.#encoder.writePages(firstPage, pages.subarray(0, lockAt))
      await this.#encoder.writePages(this.#lockPage + 1, pages.subarray(lockAt + pageSize))
      return this.#added(pages.length / pageSize - 1)
    }
    const before = this.#encoder.lend()
    this.#compressing = this.#encoder.writePages(firstPage, pages)
    this.#compressing.catch(() => {}) // whoever waits for it is told
    this.#pages += pages.length / pageSize
    this.#store(before)
  }

  /** All runs are compressed. */
  async settled(): Promise<void> {
    const compressing = this.#compressing
    this.#compressing = null
    await compressing
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
    this.#store(this.#encoder.lend())
    this.#staged.commit()
    const { maxTXID, timestampMs, walOffset, walSize } = this.header
    return {
      txid: maxTXID,
      bytes: this.#staged.bytesWritten,
      pages: this.#pages,
      timestampMs,
      walBytes: Number(walSize),
      walOffset: Number(walOffset + walSize),
      storedChecksum: this.#storedChecksum,
    }
  }

  [Symbol.dispose](): void {
    this.#staged[Symbol.dispose]()
  }

  #added(pages: number = 1): void {
    this.#pages += pages
    if (this.#encoder.pendingBytes >= WRITE_BYTES) this.#store(this.#encoder.lend())
  }

  #store(bytes: Uint8Array): void {
    this.#storedChecksum = this.#kernels.crc64(this.#storedChecksum, bytes)
    this.#staged.write(bytes)
  }
}

export function level0Writer(env: Env, local: LocalFiles, header: Header, owner: FileOwner): LtxFileWriter {
  return new LtxFileWriter(env, local.level0Directory, header, owner)
}
