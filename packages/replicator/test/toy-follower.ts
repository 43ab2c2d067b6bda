import { formatFileName, toTxid, type Txid } from '@ltx/format'
import type { Env } from '@ltx/env'
import type {
  CompareOutcome,
  FollowerPort,
  OpenOutcome,
  SleepOutcome,
  StagedSnapshot,
  StartOrder,
  SyncReport,
} from '../src/lib/database/follower-port.ts'
import { smallFile } from './memory-local-files.ts'

/**
 * The SQLite side of a database without SQLite, for tests of what stands above it on simulated time: a transaction is a number, a sync
 * makes one small level 0 file of each. Local files are real ones, as far as the simulated disk is.
 */
export class ToyFollower implements FollowerPort {
  /** Calls in their order, by name. */
  readonly calls: (keyof FollowerPort)[] = []
  /** What the next `sync` throws. */
  failure: Error | null = null
  isOpen = false
  /** The next `sync` has a large database to compare: it goes on until `close`. */
  isScanning = false
  /** What `compare` answers. */
  comparison: CompareOutcome = 'needless'
  #stopScan: ((error: Error) => void) | null = null
  readonly #env: Env
  readonly #metaPath: string
  #waiting = 0
  #lastTXID: Txid | null = null
  #confirmed: Txid | null = null

  constructor(env: Env, metaPath: string) {
    this.#env = env
    this.#metaPath = metaPath
  }

  /** The application commits so many transactions. */
  commit(transactions = 1): void {
    this.#waiting += transactions
  }

  get confirmed(): Txid | null {
    return this.#confirmed
  }

  async open(): Promise<OpenOutcome> {
    this.calls.push('open')
    this.isOpen = true
    this.#env.blockingFiles.makeDirectory(`${this.#metaPath}/ltx/0`)
    const local = this.#lastTXID === null ? null : { min: toTxid(1n), max: this.#lastTXID }
    return { kind: 'opened', local, switchedToWal: false, hasBaseline: true }
  }

  async start(order: StartOrder): Promise<void> {
    this.calls.push('start')
    this.#lastTXID = order.lastTXID
    this.#confirmed = order.confirmed
  }

  async wake(order: StartOrder): Promise<SyncReport> {
    this.calls.push('wake')
    this.isOpen = true
    this.#lastTXID = order.lastTXID
    this.#confirmed = order.confirmed
    return await this.#sync()
  }

  async sync(): Promise<SyncReport> {
    this.calls.push('sync')
    return await this.#sync()
  }

  async #sync(): Promise<SyncReport> {
    const { failure } = this
    this.failure = null
    if (this.isScanning) {
      await new Promise<never>((_resolve, reject) => {
        this.#stopScan = reject
      })
    }
    if (failure !== null) throw failure
    const files = Array.from({ length: this.#waiting }, () => this.#write())
    this.#waiting = 0
    return {
      kind: this.#lastTXID === null ? 'empty' : 'synced',
      files,
      resync: null,
      frames: files.length,
      backfilled: 0,
      unpublished: false,
      backfilling: false,
      lastTXID: this.#lastTXID,
      pageSize: 512,
      walBytes: 0,
      databaseBytes: 9 * 512,
      lookedAtMs: null,
      isSuspect: this.comparison !== 'needless',
      checkpoint: { kind: 'none' },
    }
  }

  async isPinWanted(): Promise<boolean> {
    return false
  }

  async confirm(txid: Txid): Promise<void> {
    this.calls.push('confirm')
    this.#confirmed = txid
  }

  async snapshot(): Promise<StagedSnapshot | null> {
    this.calls.push('snapshot')
    const txid = this.#lastTXID
    if (txid === null) return null
    const timestampMs = this.#env.clock.wallMs()
    const path = `${this.#metaPath}/snapshot`
    const bytes = smallFile({ min: 1, max: Number(txid), timestampMs })
    this.#put(path, bytes)
    return { txid, path, bytes: bytes.length, timestampMs }
  }

  async discardSnapshots(): Promise<void> {
    this.calls.push('discardSnapshots')
    this.#env.blockingFiles.remove(`${this.#metaPath}/snapshot`)
  }

  async compare(): Promise<CompareOutcome> {
    this.calls.push('compare')
    return this.comparison
  }

  async trim(before: Txid): Promise<{ readonly deleted: readonly Txid[] }> {
    this.calls.push('trim')
    const deleted: Txid[] = []
    for (let txid = toTxid(1n); txid < before; txid = toTxid(txid + 1n)) {
      if (this.#env.blockingFiles.stat(this.#pathOf(txid)) === null) continue
      this.#env.blockingFiles.remove(this.#pathOf(txid))
      deleted.push(txid)
    }
    return { deleted }
  }

  async sleep(confirmed?: Txid | null): Promise<SleepOutcome> {
    this.calls.push('sleep')
    if (confirmed !== undefined) this.#confirmed = confirmed
    if (this.#waiting > 0) return { kind: 'awake', because: 'something changed' }
    this.isOpen = false
    return { kind: 'asleep', main: null, wal: null, pageSize: 512 }
  }

  async reset(): Promise<void> {
    this.calls.push('reset')
    this.#lastTXID = null
    this.#env.blockingFiles.removeTree(`${this.#metaPath}/ltx`)
    this.#env.blockingFiles.makeDirectory(`${this.#metaPath}/ltx/0`)
  }

  async close(): Promise<void> {
    this.calls.push('close')
    this.isOpen = false
    this.#stopScan?.(new Error('closed'))
  }

  #write(): SyncReport['files'][number] {
    const txid = toTxid((this.#lastTXID ?? 0n) + 1n)
    const timestampMs = this.#env.clock.wallMs()
    const bytes = smallFile({ max: Number(txid), timestampMs })
    this.#put(this.#pathOf(txid), bytes)
    this.#lastTXID = txid
    return { txid, bytes: bytes.length, pages: 2, timestampMs, walBytes: 0, walOffset: 0 }
  }

  #pathOf(txid: Txid): string {
    return `${this.#metaPath}/ltx/0/${formatFileName(txid, txid)}`
  }

  #put(path: string, bytes: Uint8Array): void {
    using handle = this.#env.blockingFiles.open(path, 'create-new')
    handle.write(bytes, 0)
  }
}
