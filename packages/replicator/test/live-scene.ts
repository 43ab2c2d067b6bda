import assert from 'node:assert/strict'
import type { Txid } from '@ltx/format'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { DatabaseTally } from '../src/lib/database/database-counts.ts'
import type { SleepOutcome, StartOrder, SyncReport } from '../src/lib/database/follower-port.ts'
import { LiveDatabase } from '../src/lib/database/live-database.ts'
import { LocalPort } from '../src/lib/database/local-port.ts'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import { mainFactsOf } from '../src/lib/follow/seal.ts'
import { RemoteFiles } from '../src/lib/replica/remote-files.ts'
import { databaseSettings } from '../src/lib/settings.ts'
import { ToyFollower } from './toy-follower.ts'
import { ToyWorld } from './toy-world.ts'

export const PATH = '/data/app.db'
export const META: string = metaPathOf(PATH)

/** Leaves the database file as it finds it, and says what it looks like, as the real one does. */
class Sealing extends ToyFollower {
  /** What the next `wake` answers instead. */
  wakes: (() => SyncReport) | null = null
  /** Changes what the next `sync` reports. */
  reports: Partial<SyncReport> = {}
  readonly #world: ToyWorld

  constructor(world: ToyWorld) {
    super(world.env, META)
    this.#world = world
  }

  override async wake(order: StartOrder): Promise<SyncReport> {
    if (this.wakes !== null) return this.wakes()
    return { ...(await super.wake(order)), ...this.reports }
  }

  override async sync(): Promise<SyncReport> {
    return { ...(await super.sync()), ...this.reports }
  }

  override async sleep(confirmed?: Txid | null): Promise<SleepOutcome> {
    const outcome = await super.sleep(confirmed)
    const main = this.#world.env.blockingFiles.stat(PATH)
    return outcome.kind === 'asleep' && main !== null ? { ...outcome, main: mainFactsOf(main) } : outcome
  }
}

/** A live database over a follower without SQLite, and what it was told. */
export class LiveScene {
  readonly world: ToyWorld = new ToyWorld()
  readonly client: MemoryClient = memoryClient()
  readonly follower: Sealing = new Sealing(this.world)
  readonly live: LiveDatabase
  readonly tally: DatabaseTally = new DatabaseTally()
  wakeUps: number = 0
  timesGone: number = 0

  constructor() {
    const { env, emit, store, comparisons, claims } = this.world
    env.blockingFiles.makeDirectory('/data')
    this.touch()
    const parts = {
      env,
      emit,
      tally: this.tally,
      store,
      comparisons,
      claims,
      path: PATH,
      metaPath: META,
      settings: databaseSettings(),
    }
    const order = { keepLocal: false, lastTXID: null, newestFileMs: 0, confirmed: null }
    const plan = { kind: 'first' as const, because: 'a test' }
    this.live = new LiveDatabase(
      { ...parts, client: this.client, makeFollower: () => this.follower },
      this.follower,
      new LocalPort(env.files, META),
      { plan, order, link: { kind: 'known', remote: new RemoteFiles(), confirmed: null } },
      {
        onAwake: () => void this.wakeUps++,
        onGone: () => void this.timesGone++,
        onKnown: () => assert.fail('it was known all the time'),
      },
    )
  }

  /** The application, or its checkpoint, writes to the database file. */
  touch(pages = 1): void {
    using handle = this.world.env.blockingFiles.open(PATH, 'create')
    handle.write(new Uint8Array(512 * pages), 0)
  }

  async asleepAt(txid: number): Promise<void> {
    await this.follower.open()
    this.follower.commit(txid)
    await this.live.capture()
    assert.equal(await this.live.sleep(), true)
    this.follower.calls.length = 0
  }
}
