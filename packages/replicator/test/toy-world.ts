import type { FileInfo, ReplicaClient } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { DatabaseTally } from '../src/lib/database/database-counts.ts'
import { Database } from '../src/lib/database/database.ts'
import type { LiveDatabase } from '../src/lib/database/live-database.ts'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import { SerialQueue } from '../src/lib/database/serial-queue.ts'
import type { ReplicatorEvent } from '../src/lib/events.ts'
import {
  databaseSettings,
  storeSettings,
  type DatabaseSettings,
  type StoreSettings,
} from '../src/lib/settings.ts'
import { ClaimedFiles } from '../src/lib/store/claimed-files.ts'
import { ToyFollower } from './toy-follower.ts'

export interface ToyDatabase {
  readonly database: Database
  readonly settings: DatabaseSettings
  /** What stands in for SQLite. */
  readonly sqlite: ToyFollower
}

/** All intervals are due at midnight. The world begins a second later. */
const MIDNIGHT_MS = Date.UTC(2030, 0)

/** Real `Database`s on simulated time, files and storage, with {@link ToyFollower}s below them. */
export class ToyWorld {
  readonly env: SimEnv
  readonly store: StoreSettings
  readonly events: ReplicatorEvent[] = []
  readonly comparisons: SerialQueue = new SerialQueue()
  readonly claims: ClaimedFiles
  readonly #times: number[] = []
  readonly emit = (event: ReplicatorEvent): void => {
    this.events.push(event)
    this.#times.push(this.env.clock.wallMs())
  }

  constructor(settings: Partial<StoreSettings> = {}) {
    this.env = simEnv({ seed: 7, startMs: MIDNIGHT_MS + 1000 })
    this.store = storeSettings(settings)
    this.claims = new ClaimedFiles(this.env.files, () => true)
  }

  /** Seconds since midnight, UTC, of each event of this kind and database. */
  secondsOf(kind: ReplicatorEvent['kind'], name = 'app.db'): number[] {
    return this.#times
      .filter((_, index) => this.events[index]?.kind === kind && this.events[index]?.path === `/data/${name}`)
      .map((timeMs) => (timeMs - MIDNIGHT_MS) / 1000)
  }

  make(
    name: string,
    {
      client = memoryClient(),
      settings = {},
    }: { client?: ReplicaClient; settings?: Partial<DatabaseSettings> } = {},
  ): ToyDatabase {
    const path = `/data/${name}`
    const metaPath = metaPathOf(path)
    const sqlite = new ToyFollower(this.env, metaPath)
    const merged = databaseSettings(settings)
    const database = new Database({
      env: this.env,
      path,
      metaPath,
      client,
      settings: merged,
      store: this.store,
      emit: this.emit,
      tally: new DatabaseTally(),
      claims: this.claims,
      comparisons: this.comparisons,
      makeFollower: () => sqlite,
    })
    return { database, settings: merged, sqlite }
  }

  /** Commits, captures and uploads. */
  async write({ database, sqlite }: ToyDatabase, transactions = 1): Promise<void> {
    sqlite.commit(transactions)
    await database.sync()
  }

  /** `compaction 1:1-3 of /data/app.db` … for each event of these kinds. */
  told(...kinds: readonly ReplicatorEvent['kind'][]): string[] {
    return this.events.filter(({ kind }) => kinds.includes(kind)).map(inWords)
  }
}

export function liveOf({ database }: ToyDatabase): LiveDatabase {
  if (database.live === null) throw new Error(`${database.path} is not live`)
  return database.live
}

function inWords(event: ReplicatorEvent): string {
  const name = event.path.slice('/data/'.length)
  if (event.kind === 'compaction' || event.kind === 'snapshot')
    return `${name} ${event.kind} ${nameOf(event.file)}`
  if (event.kind === 'error') return `${name} error during ${event.during}`
  if (event.kind === 'retention') return `${name} retention ${event.deleted.map(nameOf).join(' ')}`
  return `${name} ${event.kind}`
}

function nameOf({ level, minTXID, maxTXID }: FileInfo): string {
  return `${level}:${minTXID}-${maxTXID}`
}
