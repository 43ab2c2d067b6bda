import assert from 'node:assert/strict'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { HotDirectories } from './hot-directories.ts'
import { DirectoryWatches } from './watch-directory.ts'

const INTERVAL_MS = 1000

class Scene {
  readonly env: SimEnv = simEnv({ seed: 5 })
  readonly log: string[] = []
  readonly watches: DirectoryWatches
  readonly hot: HotDirectories
  /** Watches of the system that are open. */
  open = 0

  constructor(names: readonly string[]) {
    this.env.blockingFiles.makeDirectory('/data')
    const watch = this.env.files.watch.bind(this.env.files)
    this.env.files.watch = (...call) => {
      const stop = watch(...call)
      this.open++
      return () => {
        this.open--
        stop()
      }
    }
    this.watches = new DirectoryWatches(this.env, { onFailed: () => {}, onRecovered: () => {} })
    this.hot = new HotDirectories(this.env, this.watches)
    for (const name of names) this.watches.add('/data', name, () => this.log.push(name))
  }

  setHot(name: string, isHot: boolean): void {
    this.hot.setHot('/data', name, isHot, INTERVAL_MS)
  }

  write(name: string): void {
    using handle = this.env.blockingFiles.open(`/data/${name}`, 'create')
    handle.write(new Uint8Array(1), handle.stat().size)
  }

  /** Lets time pass; the names of those that were told to look meanwhile. */
  async toldAfter(ms: number): Promise<string[]> {
    this.log.length = 0
    await this.env.clock.advance(ms)
    return [...new Set(this.log)].toSorted()
  }
}

test('HotDirectories: a database becomes hot → no events of its directory, and it is left alone', async () => {
  const scene = new Scene(['hot.db', 'other.db'])
  scene.setHot('hot.db', true)
  await scene.env.clock.advance(0)
  assert.equal(scene.open, 0)
  assert.equal(scene.watches.isWatching('/data'), true)
  scene.write('hot.db-wal')
  assert.deepEqual(await scene.toldAfter(10 * INTERVAL_MS), [])
})

for (const changed of ['other.db', 'other.db-wal']) {
  test(`HotDirectories: ${changed} changes beside a hot one → other.db looks within an interval, a few times, and no more`, async () => {
    const scene = new Scene(['hot.db', 'other.db', 'third.db'])
    scene.setHot('hot.db', true)
    await scene.toldAfter(5 * INTERVAL_MS)
    scene.write(changed)
    assert.deepEqual(await scene.toldAfter(INTERVAL_MS), ['other.db'])
    await scene.toldAfter(3 * INTERVAL_MS) // the write is so fresh that another might hide behind it
    assert.deepEqual(await scene.toldAfter(10 * INTERVAL_MS), [])
  })
}

test('HotDirectories: a change while it turns to looking → seen by an event or by the first look', async () => {
  const scene = new Scene(['hot.db', 'other.db'])
  scene.write('other.db-wal')
  await scene.toldAfter(10 * INTERVAL_MS)
  scene.setHot('hot.db', true)
  scene.write('other.db-wal')
  assert.deepEqual(await scene.toldAfter(INTERVAL_MS), ['other.db'])
})

test('HotDirectories: it cools → events again, and everybody looks once for what came before', async () => {
  const scene = new Scene(['hot.db', 'other.db'])
  scene.setHot('hot.db', true)
  await scene.env.clock.advance(5 * INTERVAL_MS)
  scene.log.length = 0
  scene.setHot('hot.db', false)
  assert.deepEqual([scene.open, scene.log.toSorted()], [1, ['hot.db', 'other.db']])
  scene.write('hot.db-wal')
  assert.deepEqual(await scene.toldAfter(0), ['hot.db'])
  assert.equal(scene.env.clock.sleeping, 0)
})

test('HotDirectories: one of two hot ones cools → still no events; it is looked at from then on', async () => {
  const scene = new Scene(['first.db', 'second.db'])
  scene.setHot('first.db', true)
  scene.setHot('second.db', true)
  await scene.env.clock.advance(5 * INTERVAL_MS)
  scene.log.length = 0
  scene.setHot('second.db', false)
  assert.deepEqual([scene.open, scene.log], [0, ['second.db']])
  await scene.toldAfter(5 * INTERVAL_MS)
  scene.write('second.db-wal')
  assert.deepEqual(await scene.toldAfter(INTERVAL_MS), ['second.db'])
})

test('HotDirectories: a database is added beside a hot one → it is looked at', async () => {
  const scene = new Scene(['hot.db'])
  scene.setHot('hot.db', true)
  await scene.env.clock.advance(5 * INTERVAL_MS)
  scene.watches.add('/data', 'new.db', () => scene.log.push('new.db'))
  await scene.toldAfter(5 * INTERVAL_MS)
  scene.write('new.db')
  assert.deepEqual(await scene.toldAfter(INTERVAL_MS), ['new.db'])
})

test('HotDirectories: a crowd beside a hot one → events are cheaper, and stay', async () => {
  const scene = new Scene(['hot.db', ...Array.from({ length: 17 }, (_, index) => `${index}.db`)])
  scene.setHot('hot.db', true)
  await scene.env.clock.advance(5 * INTERVAL_MS)
  assert.equal(scene.open, 1)
  scene.write('3.db-wal')
  assert.deepEqual(await scene.toldAfter(0), ['3.db'])
})

test('HotDirectories: files cannot be looked at → events again', async () => {
  const scene = new Scene(['hot.db', 'other.db'])
  scene.setHot('hot.db', true)
  await scene.env.clock.advance(0)
  scene.env.files.stat = () => Promise.reject(new Error('EIO'))
  await scene.env.clock.advance(INTERVAL_MS)
  assert.equal(scene.open, 1)
})

test('HotDirectories: the slow poll opens failed watches → not one that nobody needs', async () => {
  const scene = new Scene(['hot.db', 'other.db'])
  scene.setHot('hot.db', true)
  await scene.env.clock.advance(0)
  scene.watches.retryFailed()
  assert.deepEqual([scene.open, scene.log], [0, []])
})
