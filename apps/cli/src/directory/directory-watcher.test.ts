import assert from 'node:assert/strict'
import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import type { Files, Logger } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { DirectoryWatcher, type DirectoryHost } from './directory-watcher.ts'
import { TrackedFiles } from './tracked-files.ts'

const HEADER = `SQLite format 3\0${'x'.repeat(84)}`
const NO_EVENTS: Pick<Files, 'watch'> = { watch: () => () => {} }

interface Setup extends AsyncDisposable {
  readonly root: string
  readonly watcher: DirectoryWatcher
  /** What the host was asked for and what was logged, in order, with base names. */
  readonly calls: string[]
  readonly managed: Set<string>
  readonly tracked: TrackedFiles
  /** Set to have the host fail. */
  readonly failure: { error: Error | null }
  readonly path: (name: string) => string
  readonly until: (call: string) => Promise<void>
}

async function setUp(
  files: Pick<Files, 'watch'> = nodeEnv().files,
  known: readonly string[] = [],
): Promise<Setup> {
  const temporary = await temporaryDirectory()
  const root = join(temporary.path, 'data')
  await mkdir(root)
  const path = (name: string): string => join(root, name)
  const calls: string[] = []
  const short = (text: string): string => text.replaceAll(`${root}/`, '')
  const managed = new Set(known.map(path))
  const failure: Setup['failure'] = { error: null }
  for (const name of known) await writeFile(path(name), HEADER)
  const host = hostOf({ managed, failure, calls, short })
  const logger: Logger = {
    log: (level, message) => void (level !== 'info' && calls.push(`${level}: ${message}`)),
    with: () => logger,
  }
  const rules = {
    root,
    pattern: '*.db',
    recursive: true,
    isCandidate: (name: string) => name.endsWith('.db'),
    isEntered: (directory: string) => !directory.endsWith('-litestream'),
  }
  const tracked = new TrackedFiles()
  const pauses = { debounce: 5, rescan: 20, unwatched: 20, missing: 5 }
  const watcher = new DirectoryWatcher({
    rules,
    host,
    tracked,
    files,
    logger,
    known: known.map(path),
    pauses: files === NO_EVENTS ? pauses : { ...pauses, rescan: 600_000 },
  })
  await watcher.start()
  const until = async (call: string): Promise<void> => {
    while (!calls.includes(call)) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return {
    root,
    watcher,
    calls,
    managed,
    tracked,
    failure,
    path,
    until,
    async [Symbol.asyncDispose]() {
      await watcher.close()
      await temporary[Symbol.asyncDispose]()
    },
  }
}

function hostOf({
  managed,
  failure,
  calls,
  short,
}: Pick<Setup, 'managed' | 'failure' | 'calls'> & {
  readonly short: (path: string) => string
}): DirectoryHost {
  return {
    managedPaths: () => [...managed],
    isManaged: (database) => managed.has(database),
    async add(database, isDatabase) {
      if (failure.error !== null) throw failure.error
      calls.push(`read ${short(database)}`)
      if (!(await isDatabase())) return 'no database'
      managed.add(database)
      calls.push(`add ${short(database)}`)
      return 'added'
    },
    async remove(database) {
      managed.delete(database)
      calls.push(`remove ${short(database)}`)
      if (failure.error !== null) throw failure.error
    },
  }
}

for (const [source, files] of [
  ['events', nodeEnv().files],
  ['rescans alone', NO_EVENTS],
] as const) {
  test(`DirectoryWatcher, ${source}: a file that is empty at first → added when it has a header, and not opened before`, async () => {
    await using setup = await setUp(files)
    const { path, until, calls } = setup
    await writeFile(path('a.db'), '')
    await writeFile(path('b.db'), HEADER)
    await until('add b.db')
    assert.ok(!calls.includes('read a.db'))
    await writeFile(path('a.db'), HEADER)
    await until('add a.db')
  })

  test(`DirectoryWatcher, ${source}: directories come with databases, are renamed, go → so do the databases`, async () => {
    await using setup = await setUp(files)
    const { path, until, calls } = setup
    await mkdir(path('one/two'), { recursive: true })
    await writeFile(path('one/two/a.db'), HEADER)
    await mkdir(path('.x-litestream'))
    await writeFile(path('.x-litestream/a.db'), HEADER)
    await until('add one/two/a.db')
    await rename(path('one'), path('other'))
    await until('add other/two/a.db')
    assert.ok(calls.indexOf('remove one/two/a.db') < calls.indexOf('read other/two/a.db'))
    await rm(path('other'), { recursive: true })
    await until('remove other/two/a.db')
    assert.ok(!calls.includes('read .x-litestream/a.db'))
  })

  test(`DirectoryWatcher, ${source}: the whole directory goes and another one comes → everything removed, then added anew`, async () => {
    await using setup = await setUp(files)
    const { root, path, until, calls } = setup
    await writeFile(path('a.db'), HEADER)
    await until('add a.db')
    await rename(root, `${root}.old`)
    await until('remove a.db')
    calls.length = 0
    await mkdir(root)
    await writeFile(path('a.db'), HEADER)
    await until('add a.db')
    assert.ok(calls.includes('read a.db'))
  })

  test(`DirectoryWatcher, ${source}: a tracked database is renamed → its file is not read before it is closed`, async () => {
    await using setup = await setUp(files, ['a.db'])
    const { path, until, calls } = setup
    await rename(path('a.db'), path('b.db'))
    await until('add b.db')
    assert.deepEqual(calls, ['remove a.db', 'read b.db', 'add b.db'])
  })
}

test('DirectoryWatcher: a database that came or went before the watch began → noticed at the start', async () => {
  await using setup = await setUp(NO_EVENTS, ['sub.db'])
  const { calls, until, path } = setup
  assert.deepEqual(calls, [])
  await rm(path('sub.db'))
  await until('remove sub.db')
})

test('DirectoryWatcher: a second name of a tracked file → never read, over many rescans', async () => {
  await using setup = await setUp(NO_EVENTS, ['a.db'])
  const { path, until, calls } = setup
  await link(path('a.db'), path('second.db'))
  for (const name of ['x.db', 'y.db', 'z.db']) {
    await writeFile(path(name), HEADER)
    await until(`add ${name}`)
  }
  assert.deepEqual(
    calls.filter((call) => /second|a\.db/.test(call)),
    [],
  )
})

test('DirectoryWatcher: two names of one new file → only one of them is read and added', async () => {
  await using setup = await setUp(NO_EVENTS)
  const { path, until, calls } = setup
  await writeFile(join(setup.root, '..', 'new'), HEADER)
  await link(join(setup.root, '..', 'new'), path('a.db'))
  await link(join(setup.root, '..', 'new'), path('b.db'))
  await writeFile(path('z.db'), HEADER)
  await until('add z.db')
  assert.equal(calls.filter((call) => /^read [ab]\.db/.test(call)).length, 1)
})

test('DirectoryWatcher: a file that is no database → read once, and again only when it has changed', async () => {
  await using setup = await setUp(NO_EVENTS)
  const { path, until, calls } = setup
  const reads = (): number => calls.filter((call) => call === 'read text.db').length
  await writeFile(path('text.db'), 'something else, long enough')
  for (const name of ['x.db', 'y.db', 'z.db']) {
    await writeFile(path(name), HEADER)
    await until(`add ${name}`)
  }
  assert.equal(reads(), 1)
  await writeFile(path('text.db'), HEADER)
  await until('add text.db')
  assert.equal(reads(), 2)
})

test('DirectoryWatcher: an addition that fails → told, and tried again at the next rescan', async () => {
  await using setup = await setUp(NO_EVENTS)
  const { path, until, failure } = setup
  failure.error = new Error('no')
  await writeFile(path('a.db'), HEADER)
  await until('error: a database of a directory could not be taken in or let go')
  failure.error = null
  await until('add a.db')
  assert.equal(setup.calls.at(-1), 'add a.db')
})

test('DirectoryWatcher: a last sync that fails because the file has gone → told, and the path is free again', async () => {
  await using setup = await setUp(NO_EVENTS, ['a.db'])
  const { path, until, failure } = setup
  failure.error = new Error('is gone')
  await rm(path('a.db'))
  await until('warn: a database has gone; it is closed')
  failure.error = null
  await writeFile(path('a.db'), HEADER)
  await until('add a.db')
  assert.equal(setup.calls.at(-1), 'add a.db')
})

test('DirectoryWatcher: a database that somebody else manages → neither read nor removed', async () => {
  await using setup = await setUp(NO_EVENTS)
  const { path, until, calls, managed, tracked } = setup
  managed.add(path('own.db'))
  await writeFile(path('own.db'), HEADER)
  await writeFile(path('x.db'), HEADER)
  await until('add x.db')
  await rm(path('own.db'))
  await writeFile(path('y.db'), HEADER) // it may well get the file number of the other
  tracked.forget(path('own.db')) // as when the engine says that the file is absent
  await until('add y.db')
  assert.deepEqual(
    calls.filter((call) => call.includes('own')),
    [],
  )
})

test('DirectoryWatcher: closed → nothing is asked for any more', async () => {
  await using setup = await setUp()
  const { watcher, path, calls } = setup
  await watcher.close()
  await writeFile(path('a.db'), HEADER)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.deepEqual(calls, [])
})
