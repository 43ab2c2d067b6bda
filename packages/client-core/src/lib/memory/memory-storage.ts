import type { FileKey } from '../replica-client.ts'
import { formatReplicaPath } from '../replica-paths.ts'

export interface MemoryObject {
  readonly bytes: Uint8Array
  /** The header's timestamp. */
  readonly createdAtMs: number
  /** When it was stored, by the storage's own clock. */
  readonly writtenAtMs: number
  readonly earliestAtMs: number | undefined
}

/** A request that the storage refuses, as a server would: the native error behind a `ClientError`. */
export class MemoryStorageError extends Error {
  override readonly name = 'MemoryStorageError'
  readonly status: number

  constructor(status: number) {
    super(`the storage answered ${status}`)
    this.status = status
  }
}

/** What memory clients keep their files in. Several clients on one storage are several writers on one replica path. */
export class MemoryStorage {
  /** By path below the replica's root, as `ltx/0/<name>`. Other paths are foreign objects. */
  readonly objects: Map<string, MemoryObject> = new Map()
  /** Requests so far, by kind: a page of a listing, opening a body, a put, a delete. */
  readonly requests: { list: number; get: number; put: number; delete: number } = {
    list: 0,
    get: 0,
    put: 0,
    delete: 0,
  }
  readonly #failures: number[] = []

  /** The next request, whatever it is, is refused with this status. Called several times: the next several. */
  failNext(status: number): void {
    this.#failures.push(status)
  }

  /** Counts a request, lets others run as a network would, and refuses it if that was asked for. */
  async request(kind: keyof MemoryStorage['requests']): Promise<void> {
    this.requests[kind]++
    const status = this.#failures.shift()
    await Promise.resolve()
    if (status !== undefined) throw new MemoryStorageError(status)
  }

  /** Stores bytes unseen, also such as no client would accept: a truncated file, a broken header. */
  put(file: FileKey | string, bytes: Uint8Array, createdAtMs: number = 0): void {
    const path = typeof file === 'string' ? file : formatReplicaPath('decimal', file)
    this.objects.set(path, { bytes, createdAtMs, writtenAtMs: createdAtMs, earliestAtMs: undefined })
  }

  /** The stored bytes, or `null`. Borrowed: not to be changed. */
  get(file: FileKey | string): Uint8Array | null {
    const path = typeof file === 'string' ? file : formatReplicaPath('decimal', file)
    return this.objects.get(path)?.bytes ?? null
  }

  /** Every path, sorted. */
  paths(): string[] {
    return [...this.objects.keys()].toSorted()
  }
}
