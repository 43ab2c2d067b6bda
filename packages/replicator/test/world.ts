import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Clock, Env } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import type { Txid } from '@ltx/format'
import { decodeFileSpec } from '@ltx/format/testing'
import type { SqliteExtension } from '@ltx/kernels'
import { decodeWalHeader, type WalHeader } from '@ltx/wal'
import { betterSqlite3Driver } from '../src/better-sqlite3.ts'
import { DatabaseFollower } from '../src/lib/database/database-follower.ts'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import { KeptDescriptors } from '../src/lib/follow/kept-descriptors.ts'
import { databaseSettings, type DatabaseSettings } from '../src/lib/settings.ts'
import { FaultyFiles, type FileCall } from './faulty-files.ts'
import { HookedDriver } from './hooked-driver.ts'
import { assertSameImage, imageOf, localFiles } from './local-image.ts'

export interface WorldOptions {
  readonly pageSize?: number
  readonly settings?: Partial<DatabaseSettings>
  /** Without it no checkpoint of ours is due in a test. */
  readonly checkpoints?: boolean
  /** What the driver may load, as in `betterSqlite3Driver`; absent: what it finds. */
  readonly persistWal?: SqliteExtension | null
}

/** A database in a temporary folder, an application's connection to it, and what a follower needs. */
export class World implements Disposable {
  readonly directory: string
  readonly path: string
  readonly metaPath: string
  readonly pageSize: number
  readonly settings: DatabaseSettings
  readonly files: FaultyFiles
  readonly env: Env
  readonly driver: HookedDriver
  /** The application's connection is in this process. */
  readonly kept: KeptDescriptors
  app: Sqlite.Database
  wallShiftMs = 0
  elapsedShiftMs = 0
  /** Another one: the machine was started again. */
  bootId = 'this'
  /** Comes before each wait of ours. */
  onSleep: () => void = () => {}

  constructor(options: WorldOptions = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'ltx-replicator-'))
    this.path = join(this.directory, 'app.db')
    this.metaPath = metaPathOf(this.path)
    this.pageSize = options.pageSize ?? 4096
    const calm = options.checkpoints === true ? {} : { checkpointIntervalMs: 0, minCheckpointPageCount: 1e6 }
    this.settings = databaseSettings({ ...calm, ...options.settings })
    const env = nodeEnv()
    this.files = new FaultyFiles(env.blockingFiles)
    const bootId = (): string => this.bootId
    const clock = this.#shifted(env.clock)
    this.env = {
      ...env,
      blockingFiles: this.files,
      clock,
      get bootId() {
        return bootId()
      },
    }
    this.kept = new KeptDescriptors(this.env.blockingFiles)
    this.driver = new HookedDriver(betterSqlite3Driver(options.persistWal))
    this.app = this.connect()
    this.app.pragma(`page_size=${this.pageSize}`)
    this.app.pragma('journal_mode=wal')
    this.app.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, data BLOB)')
  }

  /** Another connection of the application. Ends with the world. */
  connect(): Sqlite.Database {
    const connection = new Sqlite(this.path, { timeout: 0 })
    connection.pragma('synchronous=OFF')
    connection.pragma('wal_autocheckpoint=0')
    return connection
  }

  /** One transaction of `rows` rows. */
  insert(rows = 1, bytes = 100): void {
    const statement = this.app.prepare('INSERT INTO t (data) VALUES (randomblob(?))')
    this.app.transaction(() => {
      for (let row = 0; row < rows; row++) statement.run(bytes)
    })()
  }

  checkpoint(mode: 'PASSIVE' | 'FULL' | 'RESTART' | 'TRUNCATE'): {
    busy: number
    log: number
    checkpointed: number
  } {
    const rows = this.app.pragma(`wal_checkpoint(${mode})`) as {
      busy: number
      log: number
      checkpointed: number
    }[]
    return rows[0] ?? { busy: 1, log: -1, checkpointed: -1 }
  }

  /** The whole database as the application sees it. */
  image(): Uint8Array {
    return this.app.serialize()
  }

  walBytes(): number {
    return statSync(`${this.path}-wal`).size
  }

  walHeader(): WalHeader {
    const bytes = new Uint8Array(32)
    const descriptor = openSync(`${this.path}-wal`, 'r')
    readSync(descriptor, bytes)
    closeSync(descriptor)
    const result = decodeWalHeader(bytes)
    if (result.kind !== 'header') throw new Error('no WAL header')
    return result.header
  }

  /** Resolves at the next file event of the WAL. */
  walEvent(): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(`${this.path}-wal`, () => {
        watcher.close()
        resolve()
      })
    })
  }

  newFollower(): DatabaseFollower {
    const { path, metaPath, settings } = this
    return new DatabaseFollower(this.env, this.driver, { path, metaPath, settings }, this.kept)
  }

  /** A follower that goes on from the local files, whose replica has confirmed them up to `confirmed` (absent: all of them). */
  async follow(confirmed?: Txid | null): Promise<DatabaseFollower> {
    const follower = this.newFollower()
    const opened = await follower.open()
    if (opened.kind === 'absent') throw new Error('the database is absent')
    const lastTXID = opened.local?.max ?? null
    await follower.start({
      keepLocal: true,
      lastTXID,
      newestFileMs: 0,
      confirmed: confirmed === undefined ? lastTXID : confirmed,
    })
    return follower
  }

  /** Page of the WAL's last frame. */
  lastFramePage(): number {
    const bytes = new Uint8Array(4)
    const descriptor = openSync(`${this.path}-wal`, 'r')
    readSync(descriptor, bytes, 0, 4, this.walBytes() - 24 - this.pageSize)
    closeSync(descriptor)
    return new DataView(bytes.buffer).getUint32(0)
  }

  /** What a snapshot file makes. */
  snapshotImage(path: string): Uint8Array {
    return imageOf([decodeFileSpec(readFileSync(path))])
  }

  /** Opens an image as a database of its own. */
  openImage(image: Uint8Array): Sqlite.Database {
    const path = join(this.directory, 'image.db')
    writeFileSync(path, image)
    return new Sqlite(path)
  }

  /** The local files make exactly what the application sees. */
  assertCaptured(): void {
    assertSameImage(imageOf(localFiles(this.metaPath)), this.image(), this.pageSize)
  }

  /** The application ends; its files change as `whileClosed` says; it starts again. */
  reopenApp(whileClosed: () => void): void {
    this.app.close()
    whileClosed()
    this.app = this.connect()
  }

  /** Overwrites a file of the state folder. */
  write(name: string, bytes: Uint8Array): void {
    writeFileSync(`${this.metaPath}/${name}`, bytes)
  }

  writeWal(bytes: Uint8Array): void {
    writeFileSync(`${this.path}-wal`, bytes)
  }

  /** From the first such call on none reaches the disk, until the returned function is called: the process is as good as killed. */
  dieBefore(call: FileCall, part: string): () => void {
    let isDead = false
    return this.files.before((happens, path) => {
      isDead ||= happens === call && path.includes(part)
      if (isDead && path.includes(this.metaPath)) throw new Error('killed')
    })
  }

  /** A writer slips in before each checkpoint of ours until we take the write lock, so that none catches up by itself. */
  slipIn(): () => void {
    let inserting = false
    return this.driver.before((sql) => {
      if (inserting || sql !== 'main.wal_checkpoint(PASSIVE)') return
      if (this.driver.statements.includes('BEGIN IMMEDIATE')) return
      inserting = true
      this.insert(1)
      inserting = false
    })
  }

  /** Another database file, while nobody has it open. */
  writeDatabase(bytes: Uint8Array): void {
    writeFileSync(this.path, bytes)
  }

  /** `kill -9`: connections are gone, nothing was told to anybody. */
  crash(): void {
    this.driver.crash()
  }

  [Symbol.dispose](): void {
    this.driver.crash()
    this.app.close()
    rmSync(this.directory, { recursive: true, force: true })
  }

  #shifted(clock: Clock): Clock {
    return {
      wallMs: () => clock.wallMs() + this.wallShiftMs,
      elapsedMs: () => clock.elapsedMs() + this.elapsedShiftMs,
      sleep: (delayMs, options) => {
        this.onSleep()
        return clock.sleep(delayMs, options)
      },
    }
  }
}
