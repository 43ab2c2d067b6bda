import type { FileHandle } from '@ltx/env'

/** Pages gather up to this before they are written: a multiple of every page size. */
export const WRITE_BUFFER_BYTES: number = 2 * 1024 * 1024

/** Writes of one buffer that are under way at once, where its pages are scattered. */
const WRITES_MAX = 8

/**
 * Written bytes after which the system is asked to bring them to the disk, while the work goes on: so the sync at the end is short, and
 * progress does not run far ahead of the disk.
 */
const SYNC_AHEAD_BYTES = 64 * 1024 * 1024

/** Pages with holes between them are written as one if they make up at least this part (1 / n) of it all. */
const SPAN_PER_PAGES_MAX = 4

/** Neighbouring pages of a buffer: one write. */
interface Run {
  readonly position: number
  readonly start: number
  end: number
}

class Batch {
  readonly bytes = new Uint8Array(WRITE_BUFFER_BYTES)
  runs: Run[] = []
  used = 0
}

/**
 * Puts pages at their place in a database file, in large writes. Two buffers: one is filled while the other is written.
 *
 * `add` never waits; it must be followed by `await flush()` whenever `isFull`. The first write that failed is thrown by the flush
 * after it.
 */
export class PageWriter {
  readonly #handle: FileHandle
  readonly #pageSize: number
  #filling = new Batch()
  #resting = new Batch()
  #writing: Promise<void> = Promise.resolve()
  #syncing: Promise<void> = Promise.resolve()
  #unsyncedBytes = 0
  #span: Uint8Array = new Uint8Array(0)

  constructor(handle: FileHandle, pageSize: number) {
    this.#handle = handle
    this.#pageSize = pageSize
  }

  /** There is no room for another page. */
  get isFull(): boolean {
    return this.#filling.used + this.#pageSize > WRITE_BUFFER_BYTES
  }

  /** @param page Borrowed. */
  add(pageNumber: number, page: Uint8Array): void {
    const batch = this.#filling
    const start = batch.used
    const end = start + this.#pageSize
    const position = (pageNumber - 1) * this.#pageSize
    batch.bytes.set(page, start)
    batch.used = end
    const last = batch.runs.at(-1)
    if (last !== undefined && last.position + (last.end - last.start) === position) last.end = end
    else batch.runs.push({ position, start, end })
  }

  /** Waits for the buffer before this one to be written and starts writing this one. */
  async flush(): Promise<void> {
    await this.#writing
    const full = this.#filling
    this.#filling = this.#resting
    this.#resting = full
    this.#filling.used = 0
    this.#filling.runs = []
    this.#writing = this.#write(full)
    this.#writing.catch(() => {}) // thrown by the next flush, or by finish
    // scattered pages are better brought to the disk together with their neighbours
    if (full.runs.length <= WRITES_MAX) this.#unsyncedBytes += full.used
    if (this.#unsyncedBytes < SYNC_AHEAD_BYTES) return
    this.#unsyncedBytes = 0
    await this.#syncing
    this.#syncing = this.#handle.sync()
    this.#syncing.catch(() => {}) // likewise
  }

  /** Writes what is left and waits for all of it. */
  async finish(): Promise<void> {
    await this.flush()
    await this.#writing
    await this.#syncing
  }

  /** Waits until no write is under way, whatever became of it: the file may be closed then. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#syncing])
  }

  async #write(batch: Batch): Promise<void> {
    if (batch.runs.length > WRITES_MAX) {
      const start = Math.min(...batch.runs.map((run) => run.position))
      const end = Math.max(...batch.runs.map((run) => run.position + (run.end - run.start)))
      if (end - start <= batch.used * SPAN_PER_PAGES_MAX) return this.#fillIn(batch, start, end)
    }
    let next = 0
    const lane = async (): Promise<void> => {
      for (let run = batch.runs[next++]; run !== undefined; run = batch.runs[next++]) {
        await this.#handle.write(batch.bytes.subarray(run.start, run.end), run.position)
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
