import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './child.ts'
import { createDatabase } from './create-database.ts'
import { seeded, type Seeded } from './seeded.ts'
import type { StoreJob } from './start-store.ts'

const LTX = path.resolve(import.meta.dirname, '../../../../apps/cli/bin/ltx.js')

/** So fast that what a follower needs next is gone after a few seconds. */
const SHORT_LIFE: NonNullable<StoreJob['store']> = {
  levels: [{ intervalMs: 400 }, { intervalMs: 1200 }],
  snapshotIntervalMs: 1500,
  snapshotRetentionMs: 1500,
  l0RetentionMs: 300,
  l0RetentionCheckIntervalMs: 300,
}

/** Bytes of the first page in which a copy differs: no WAL, and another change counter. */
const OWN_BYTES = [18, 19, 24, 25, 26, 27, 92, 93, 94, 95]

const WAIT_MS_MAX = 40_000

export interface ReadReplicaPlan {
  readonly seed: number
  /** Ends of the follower, by `kill -9` or a signal. */
  readonly ends: number
  /** Rows of 1,000 bytes in the database at the beginning. */
  readonly rows: number
}

export interface ReadReplicaReport {
  readonly reads: number
  /** Reads that gave up after two seconds. */
  readonly busy: number
  /** Different states that readers saw. */
  readonly states: number
  readonly applied: number
  readonly rebased: number
  readonly hotJournals: number
}

/**
 * An application writes, a replicator replicates, compacts and prunes, `ltx restore -f` follows into a copy and is killed at random
 * moments, and two other processes read the copy all the time. In the end the copy must be the database, page by page.
 */
export async function readReplicaRun(plan: ReadReplicaPlan): Promise<ReadReplicaReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ltx-read-replica-'))
  const run = new ReadReplicaRun(plan, folder)
  try {
    const report = await run.run()
    rmSync(folder, { recursive: true })
    return report
  } catch (error) {
    const again = `seed ${plan.seed}; again with LTX_SEED=${plan.seed}; everything is in ${folder}`
    throw new Error(`${(error as Error).message}\n${again}\n${run.output.slice(-6000)}`, { cause: error })
  }
}

class ReadReplicaRun {
  output = ''
  readonly #plan: ReadReplicaPlan
  readonly #folder: string
  readonly #random: Seeded
  #hotJournals = 0

  constructor(plan: ReadReplicaPlan, folder: string) {
    this.#plan = plan
    this.#folder = folder
    this.#random = seeded(plan.seed)
  }

  async run(): Promise<ReadReplicaReport> {
    const random = this.#random
    createDatabase(this.#at('app.db'), random.pick([512, 4096, 16_384]), this.#plan.rows)
    await using replicator = await this.#replicator().ready()
    await replicator.call('open')
    await replicator.call('sync')
    const settings = {
      path: this.#at('app.db'),
      name: 'app',
      autocheckpoint: null,
      rowsMax: 20,
      gentle: false,
    }
    const seed = String(random.whole(1, 2 ** 30))
    await using app = await new Child('hostile-app.ts', [JSON.stringify(settings), seed]).ready()
    await using one = await this.#reader()
    await using two = await this.#reader()
    for (let end = 1; end <= this.#plan.ends; end++) {
      await this.#followForAWhile(app)
      if (end % 12 === 0) await this.#stayAway(app)
    }
    await app.call('pause')
    const txid = (await replicator.call('sync')) as bigint
    await this.#followTo(txid)
    await this.#compare()
    const [a, b] = (await Promise.all([one.call('stop'), two.call('stop')])) as Omit<
      ReadReplicaReport,
      'applied'
    >[]
    assert.ok(a !== undefined && b !== undefined)
    return {
      reads: a.reads + b.reads,
      busy: a.busy + b.busy,
      states: Math.max(a.states, b.states),
      applied: this.output.split('transactions applied').length - 1,
      rebased: this.output.split('as a whole').length - 1,
      hotJournals: this.#hotJournals,
    }
  }

  /**
   * Short stretches of writing with an update after each, so that two cores are enough for everybody. The end comes mostly within an
   * update, sometimes while the follower starts.
   */
  async #followForAWhile(app: Child): Promise<void> {
    const random = this.#random
    const before = this.output.length
    const follower = this.#follow()
    if (random.chance(0.85)) {
      await this.#until('it follows', () =>
        /following (its|the) replica|as a whole/.test(this.output.slice(before)),
      )
      for (let part = random.whole(1, 3); part > 0; part--) {
        await this.#write(app)
        await sleep(random.whole(0, 600))
      }
      await this.#write(app)
    }
    if (random.chance(0.5)) await sleep(random.whole(0, 350))
    else await this.#untilUpdating()
    await this.#end(follower, random.chance(0.8) ? 'SIGKILL' : 'SIGTERM')
    if (existsSync(this.#at('copy.db-journal'))) this.#hotJournals++
  }

  /** In the middle of an update, or half a second later. */
  async #untilUpdating(): Promise<void> {
    for (const endMs = Date.now() + 500; Date.now() < endMs; await sleep(1)) {
      if (existsSync(this.#at('copy.db-journal'))) return
    }
  }

  /** Until what comes next is not kept any more. */
  async #stayAway(app: Child): Promise<void> {
    for (let part = 0; part < 4; part++) {
      await this.#write(app)
      await sleep(1800)
    }
  }

  async #write(app: Child): Promise<void> {
    await app.call('run')
    await sleep(this.#random.whole(10, 200))
    await app.call('pause')
  }

  async #followTo(txid: bigint): Promise<void> {
    const follower = this.#follow()
    const noted = this.#at('copy.db-txid')
    await this.#until(
      'the copy has caught up',
      () => existsSync(noted) && BigInt(`0x${readFileSync(noted, 'utf8').trim()}`) >= txid,
    )
    await this.#end(follower, 'SIGTERM')
  }

  async #until(what: string, isSo: () => boolean): Promise<void> {
    for (const deadlineMs = Date.now() + WAIT_MS_MAX; !isSo();) {
      assert.ok(Date.now() < deadlineMs, `not within ${WAIT_MS_MAX} ms: ${what}`)
      await sleep(10)
    }
  }

  async #compare(): Promise<void> {
    await using witness = await new Child('witness.ts', []).ready()
    await witness.call('copy', this.#at('app.db'), this.#at('expected.db'))
    const [expected, found] = ['expected.db', 'copy.db'].map((name) => readFileSync(this.#at(name)))
    assert.ok(expected !== undefined && found !== undefined)
    assert.deepEqual([found[18], found[19]], [1, 1])
    for (const at of OWN_BYTES) expected[at] = found[at] = 0
    assert.equal(found.length, expected.length)
    assert.ok(found.equals(expected), 'the copy is not the database')
    const beside = readdirSync(this.#folder).filter((name) => name.startsWith('copy.db'))
    assert.deepEqual(beside, ['copy.db', 'copy.db-txid'])
  }

  #follow(): ChildProcess {
    const words = [
      'restore',
      '-f',
      '-follow-interval',
      '20ms',
      '-o',
      this.#at('copy.db'),
      `file://${this.#at('replica')}`,
    ]
    const follower = spawn(process.execPath, [LTX, ...words], { env: { ...process.env, LOG_LEVEL: 'debug' } })
    for (const stream of [follower.stdout, follower.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    }
    return follower
  }

  async #end(follower: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const closed = once(follower, 'close')
    if (follower.exitCode === null) follower.kill(signal)
    const [code] = (await closed) as [number | null]
    assert.ok(code === null || code === 0 || code === 130 || code === 143, `the follower ended with ${code}`)
  }

  async #reader(): Promise<Child> {
    const seed = String(this.#random.whole(1, 2 ** 30))
    return await new Child('copy-reader.ts', [this.#at('copy.db'), seed]).ready()
  }

  #replicator(): Child {
    const job: StoreJob = {
      database: this.#at('app.db'),
      replica: this.#at('replica'),
      driver: 'better-sqlite3',
      workers: 'in-process',
      settings: { syncIntervalMs: 50 },
      store: SHORT_LIFE,
    }
    return new Child('replicator.ts', [JSON.stringify(job)])
  }

  #at(name: string): string {
    return path.join(this.#folder, name)
  }
}
