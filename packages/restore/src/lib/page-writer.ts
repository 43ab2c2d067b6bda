import { type FileHandle, pageAlignedBytes } from '@ltx/env'

/** Pages gather up to this before they are written: a multiple of every page size. */
export const WRITE_BUFFER_BYTES: number = 2 * 1024 * 1024

/** One buffer is filled, one is written, one waits: neither side stands still when the other is slow for a moment. */
const BUFFERS_MAX = 3

/** Writes of one buffer that are under way at once, where its pages are scattered. */
const WRITES_MAX = 8

/**
 * Written bytes after which the system is asked to bring them to the disk, while the work goes on: so the sync at the end is short, and
 * progress does not run far ahead of the disk.
 */
const SYNC_AHEAD_BYTES = 64 * 1024 * 1024

/** So many bytes of neighbouring pages are worth a trip to the disk of their own. */
const UNCACHED_BYTES_MIN = 256 * 1024

/** Pages with holes between them are written as one if they make up at least this part (1 / n) of it all. */
const SPAN_PER_PAGES_MAX = 4

/** Neighbouring pages of a buffer that are neighbours in the file too: one write. */
interface Run {
  readonly position: number
  readonly start: number
  end: number
}

class Batch {
  readonly bytes = pageAlignedBytes(WRITE_BUFFER_BYTES)
  runs: Run[] = []
  used = 0
}

/**
 * Puts pages at their place in a database file, in large writes, one buffer after the other: one is filled while others are written.
 *
 * `add` never waits; it must be followed by `await flush()` whenever `isFull`. The first write that failed is thrown by a flush after
 * it, or by `finish`.
 */
export class PageWriter {
  readonly #handle: FileHandle
  readonly #pageSize: number
  readonly #uncached: boolean
  #filling = new Batch()
  /** Where the room begins in the buffer that somebody asked for last. */
  #roomStart = 0
  #buffers = 1
  /** Buffers on their way to the disk, oldest first: each resolves to itself when it may be filled again. */
  readonly #writing: Promise<Batch>[] = []
  #syncing: Promise<void> = Promise.resolve()
  #unsyncedBytes = 0
  #span: Uint8Array = new Uint8Array(0)

  /** @param options `uncached`: long runs go to the disk past the page cache. */
  constructor(handle: FileHandle, pageSize: number, options: { readonly uncached?: boolean } = {}) {
    this.#handle = handle
    this.#pageSize = pageSize
    this.#uncached = options.uncached ?? false
  }

  /** There is no room for another page. */
  get isFull(): boolean {
    return this.#filling.used + this.#pageSize > WRITE_BUFFER_BYTES
  }

  /** Where the next pages may be made, so that they need not be copied. Only while it is not full; not after an `add`. */
  room(): Uint8Array {
    const { bytes, used } = this.#filling
    this.#roomStart = used
    return bytes.subarray(used)
  }

  /** @param page Borrowed: a copy is kept. */
  add(pageNumber: number, page: Uint8Array): void {
    this.room().set(page)
    this.addMade(pageNumber, 0)
  }

  /**
   * Adds a page that was made in the `room()`.
   *
   * @param index How many pages from the start of the room it lies. In ascending order; one that is not added is not written.
   */
  addMade(pageNumber: number, index: number): void {
    const batch = this.#filling
    const start = this.#roomStart + index * this.#pageSize
    const end = start + this.#pageSize
    const position = (pageNumber - 1) * this.#pageSize
    batch.used = end
    const last = batch.runs.at(-1)
    const isNext =
      last !== undefined && last.end === start && last.position + (start - last.start) === position
    if (isNext) last.end = end
    else batch.runs.push({ position, start, end })
  }

  /** Starts writing the buffer, and waits until there is another one. */
  async flush(): Promise<void> {
    const full = this.#filling
    const {
      used,
      runs: { length: runs },
    } = full
    const write = (this.#writing.at(-1) ?? Promise.resolve()).then(() => this.#write(full))
    write.catch(() => {}) // thrown by a later flush, or by finish
    this.#writing.push(write)
    this.#filling = await this.#nextBatch()
    // scattered pages are better brought to the disk together with their neighbours
    if (runs <= WRITES_MAX) this.#unsyncedBytes += used
    if (this.#unsyncedBytes < SYNC_AHEAD_BYTES) return
    this.#unsyncedBytes = 0
    await this.#syncing
    this.#syncing = this.#handle.sync()
    this.#syncing.catch(() => {}) // likewise
  }

  /** Writes what is left and waits for all of it. */
  async finish(): Promise<void> {
    await this.flush()
    await Promise.all(this.#writing)
    await this.#syncing
  }

  /** Waits until no write is under way, whatever became of it: the file may be closed then. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#writing, this.#syncing])
  }

  async #nextBatch(): Promise<Batch> {
    if (this.#buffers < BUFFERS_MAX) {
      this.#buffers++
      return new Batch()
    }
    const oldest = await this.#writing.shift()
    if (oldest === undefined) throw new Error('invariant broken: the other buffers are being written')
    return oldest
  }

  /** @returns the batch, empty */
  async #write(batch: Batch): Promise<Batch> {
    await this.#writeRuns(batch)
    batch.used = 0
    batch.runs = []
    return batch
  }

  async #writeRuns(batch: Batch): Promise<void> {
    if (batch.runs.length > WRITES_MAX) {
      const start = Math.min(...batch.runs.map((run) => run.position))
      const end = Math.max(...batch.runs.map((run) => run.position + (run.end - run.start)))
      if (end - start <= batch.used * SPAN_PER_PAGES_MAX) return this.#fillIn(batch, start, end)
    }
    let next = 0
    const lane = async (): Promise<void> => {
      for (let run = batch.runs[next++]; run !== undefined; run = batch.runs[next++]) {
        const uncached = this.#uncached && run.end - run.start >= UNCACHED_BYTES_MIN
        await this.#handle.write(batch.bytes.subarray(run.start, run.end), run.position, { uncached })
      }
    }
    const lanes = Array.from({ length: Math.min(WRITES_MAX, batch.runs.length) }, lane)
    const results = await Promise.allSettled(lanes) // the buffer is filled again after this: no write may still read it
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  /**
   * Pages with many holes between them, which newer files have filled: the whole span is read, completed and written, as one write
   * costs less than hundreds. What the span holds already is what was read; a page that is in no file yet stays zeros until its turn.
   */
  async #fillIn(batch: Batch, start: number, end: number): Promise<void> {
    if (this.#span.length < end - start) this.#span = new Uint8Array(end - start)
    const whole = this.#span.subarray(0, end - start)
    const length = await this.#handle.read(whole, start)
    whole.fill(0, length)
    for (const run of batch.runs) whole.set(batch.bytes.subarray(run.start, run.end), run.position - start)
    await this.#handle.write(whole, start)
  }
}
