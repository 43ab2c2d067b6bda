import assert from 'node:assert/strict'
import type { DatabaseStatus } from '@ltx/replicator'
import { test } from 'vitest'
import { databaseStatus } from '../../test/database-status.ts'
import { testIo } from '../../test/test-io.ts'
import { consoleLogger } from '../log/console-logger.ts'
import { Heartbeat } from './heartbeat.ts'

const URL_WITH_KEY = 'https://user:word@ping.example/5ecret-key?token=x'
const INTERVAL_MS = 60_000

class Scene {
  nowMs = 10_000_000
  sent = 0
  statuses: readonly DatabaseStatus[]
  /** What the service does. */
  answer: () => Promise<{ ok: boolean; status: number }> = async () => ({ ok: true, status: 200 })
  readonly output: { stdout: string }
  readonly heartbeat: Heartbeat

  constructor() {
    const { io, output } = testIo()
    this.output = output
    this.statuses = [databaseStatus({ durableAtMs: this.nowMs })]
    this.heartbeat = new Heartbeat({
      url: URL_WITH_KEY,
      intervalMs: INTERVAL_MS,
      statuses: () => this.statuses,
      logger: consoleLogger(io, { level: 'debug', type: 'text', toStderr: false }),
      nowMs: () => this.nowMs,
      fetch: async (url) => {
        assert.equal(url, URL_WITH_KEY)
        this.sent++
        return await this.answer()
      },
    })
  }

  /** Looks after so long, and returns how many have been sent so far. */
  async after(delayMs: number): Promise<number> {
    this.nowMs += delayMs
    await this.heartbeat.beat()
    return this.sent
  }

  /** Every database is in its replica now. */
  sync(): void {
    this.statuses = this.statuses.map((status) => ({ ...status, durableAtMs: this.nowMs }))
  }

  get levels(): string[] {
    return [...this.output.stdout.matchAll(/level=(\w+)/g)].map(([, level = '']) => level)
  }
}

test('Heartbeat: all is well → at once, then once in each interval', async () => {
  const scene = new Scene()
  assert.equal(await scene.after(0), 1)
  assert.equal(await scene.after(INTERVAL_MS - 1), 1)
  scene.sync()
  assert.equal(await scene.after(1), 2)
})

for (const [situation, statuses] of [
  ['no database', []],
  ['one was never synced', [databaseStatus({ durableAtMs: 10_000_000 }), databaseStatus()]],
  ['one was synced too long ago', [databaseStatus({ durableAtMs: 10_000_000 - INTERVAL_MS - 1 })]],
  ['one does not exist yet', [databaseStatus({ state: 'absent' })]],
] as const) {
  test(`Heartbeat: ${situation} → silence, and the attempt is not used up`, async () => {
    const scene = new Scene()
    scene.statuses = statuses
    assert.equal(await scene.after(0), 0)
    scene.statuses = [databaseStatus({ durableAtMs: scene.nowMs })]
    assert.equal(await scene.after(15_000), 1)
  })
}

for (const [failure, answer] of [
  ['it answers 500', async () => ({ ok: false, status: 500 })],
  ['it is not there', async () => Promise.reject(new Error(`cannot fetch ${URL_WITH_KEY}`))],
] as const) {
  test(`Heartbeat: ${failure} → tried again an interval later, told once an hour, the URL’s key never`, async () => {
    const scene = new Scene()
    scene.answer = answer
    for (let beats = 1; beats <= 61; beats++) {
      scene.sync()
      assert.equal(await scene.after(beats === 1 ? 0 : INTERVAL_MS), beats)
    }
    assert.equal(scene.levels.filter((level) => level === 'ERROR').length, 2)
    assert.doesNotMatch(scene.output.stdout, /5ecret|word|token/)
    assert.match(scene.output.stdout, /url=https:\/\/ping\.example\/…/)
    scene.answer = async () => ({ ok: true, status: 204 })
    scene.sync()
    await scene.after(INTERVAL_MS)
    assert.match(scene.output.stdout, /msg="heartbeat sent again"/)
  })
}

test('Heartbeat: closed while one is under way → that one is given up without a word', async () => {
  const scene = new Scene()
  const { promise, reject } = Promise.withResolvers<never>()
  scene.answer = () => promise
  const beating = scene.heartbeat.beat()
  scene.heartbeat.close()
  reject(new Error('aborted'))
  await beating
  assert.equal(scene.output.stdout, '')
})
