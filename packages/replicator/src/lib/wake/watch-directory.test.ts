import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { DirectoryWatches } from './watch-directory.ts'

interface Scene {
  readonly env: SimEnv
  readonly watches: DirectoryWatches
  readonly log: string[]
  /** Watches a database and logs its changes under its name. */
  readonly add: (name: string) => () => void
  readonly write: (name: string) => Promise<void>
}

async function scene(directoryExists = true): Promise<Scene> {
  const env = simEnv({ seed: 3 })
  if (directoryExists) await env.files.makeDirectory('/data')
  const log: string[] = []
  const watches = new DirectoryWatches(env, {
    onFailed: (failed) => log.push(`failed ${failed}`),
    onRecovered: (recovered) => log.push(`recovered ${recovered}`),
  })
  return {
    env,
    watches,
    log,
    add: (name) => watches.add('/data', name, (change) => log.push(`${name} ${change}`)),
    write: async (name) => {
      const handle = await env.files.open(`/data/${name}`, 'create')
      await handle.close()
      await env.clock.advance(0)
    },
  }
}

const rows: readonly [changed: string, seen: string[]][] = [
  ['app.db', ['app.db database']],
  ['app.db-wal', ['app.db wal']],
  ['app.db-shm', []],
  ['app.db-journal', []],
  ['other.db', ['other.db database']],
  ['other.db-wal', ['other.db wal']],
  ['unrelated.txt', []],
  ['app.db-wal-wal', []],
]

for (const [changed, seen] of rows) {
  test(`DirectoryWatches: ${changed} changes beside app.db and other.db → ${seen.join() || 'nobody is told'}`, async () => {
    const { add, write, log } = await scene()
    add('app.db')
    add('other.db')
    await write(changed)
    assert.deepEqual([...new Set(log)], seen)
  })
}

test('DirectoryWatches: many databases in a directory → one watch', async () => {
  const { env, watches } = await scene()
  let opened = 0
  const watch = env.files.watch.bind(env.files)
  env.files.watch = (...call) => {
    opened++
    return watch(...call)
  }
  const ends = Array.from({ length: 100 }, (_, index) => watches.add('/data', `${index}.db`, () => {}))
  assert.equal(opened, 1)
  for (const end of ends.slice(1)) end()
  assert.equal(watches.isWatching('/data'), true)
  ends[0]?.()
  assert.equal(watches.isWatching('/data'), false)
})

test('DirectoryWatches: removed → not told any more; removing twice is fine; the others stay', async () => {
  const { add, write, log } = await scene()
  const end = add('app.db')
  add('app.db')
  add('other.db')
  end()
  end()
  await write('app.db')
  assert.deepEqual(new Set(log), new Set(['app.db database']))
  const once = log.length
  await write('other.db')
  assert.equal(
    log.slice(once).every((line) => line === 'other.db database'),
    true,
  )
})

test('DirectoryWatches: removed and added again → told again', async () => {
  const { add, write, log } = await scene()
  add('app.db')()
  add('app.db')
  await write('app.db-wal')
  assert.deepEqual([...new Set(log)], ['app.db wal'])
})

test('DirectoryWatches: an event without a name → everybody looks', async () => {
  const { env, watches, log, add } = await scene()
  let emit: (() => void) | null = null
  env.files.watch = (_directory, onEvent) => {
    emit = () => onEvent({ name: null })
    return () => {}
  }
  add('app.db')
  add('other.db')
  assert.equal(watches.isWatching('/data'), true)
  assert.ok(emit !== null)
  ;(emit as () => void)()
  assert.deepEqual(log, ['app.db unknown', 'other.db unknown'])
})

test('DirectoryWatches: the watch breaks → said once; the slow poll opens it again and everybody looks', async () => {
  const { env, watches, log, add, write } = await scene()
  add('app.db')
  env.files.breakWatches('EMFILE')
  await env.clock.advance(0)
  assert.equal(watches.isWatching('/data'), false)
  assert.deepEqual(log, ['failed /data'])
  watches.retryFailed()
  assert.deepEqual(log, ['failed /data', 'app.db unknown'])
  await write('app.db-wal')
  assert.equal(log.at(-1), 'app.db wal')
  watches.retryFailed()
  assert.equal(log.at(-1), 'recovered /data')
  const lines = log.length
  watches.retryFailed()
  assert.equal(log.length, lines)
})

test('DirectoryWatches: a directory that does not exist yet → said once, found by the slow poll when it is there', async () => {
  const { env, watches, log, add, write } = await scene(false)
  add('app.db')
  await env.clock.advance(0)
  for (let poll = 0; poll < 3; poll++) {
    watches.retryFailed()
    await env.clock.advance(0)
  }
  assert.equal(log.filter((line) => line === 'failed /data').length, 1)
  assert.equal(watches.isWatching('/data'), false)
  await env.files.makeDirectory('/data')
  watches.retryFailed()
  await write('app.db')
  assert.equal(log.at(-1), 'app.db database')
})

test('DirectoryWatches: close → nobody is told any more', async () => {
  const { watches, log, add, write } = await scene()
  add('app.db')
  watches.close()
  await write('app.db')
  assert.deepEqual(log, [])
})
