import assert from 'node:assert/strict'
import { link, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { Store } from '@ltx/replicator'
import { test } from 'vitest'
import { DirectoryWatcher } from '../src/directory/directory-watcher.ts'
import { hasSqliteHeader } from '../src/directory/sqlite-header.ts'
import { TrackedFiles } from '../src/directory/tracked-files.ts'
import { makeDatabase } from './make-replica.ts'
import { startScript } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/**
 * Another process that takes a database out of WAL mode, which works only where nobody else holds a lock on its file. Under a second name
 * it has a WAL of its own, and meets the locks of the file itself alone.
 */
const TAKER = `
  const { default: Sqlite } = await import(${JSON.stringify(import.meta.resolve('better-sqlite3'))})
  const database = new Sqlite(process.argv.at(-1), { timeout: 0 })
  try {
    console.log(database.pragma('journal_mode = delete', { simple: true }))
  } catch (error) {
    console.log(error.code)
  }
  database.close()
`

async function taken(path: string, directory: string): Promise<string> {
  const taker = startScript(TAKER, [path], directory)
  assert.equal(await taker.ended, 0, taker.output.stderr)
  return taker.output.stdout.trim()
}

/** A followed database `a.db`, and a watcher of its directory that gets no events and looks again every few milliseconds. */
async function following(directory: string, rescan: number) {
  const env = nodeEnv()
  const data = (name: string): string => join(directory, 'data', name)
  await mkdir(data('.'))
  await makeDatabase(data('a.db'))
  const store = new Store({ env }, { compactionEnabled: false })
  const follow = async (path: string): Promise<void> => {
    const client = fileClient({ path: join(directory, 'replica', path.slice(data('').length)), env })
    const database = await store.addDatabase({ path, client })
    await database.sync()
  }
  await store.open()
  await follow(data('a.db'))
  const added: string[] = []
  const watcher = new DirectoryWatcher({
    rules: {
      root: data('.'),
      pattern: '*.db',
      recursive: false,
      isCandidate: (name) => name.endsWith('.db'),
      isEntered: () => true,
    },
    host: {
      managedPaths: () => store.databases.map(({ path }) => path),
      isManaged: (path) => store.database(path) !== null,
      async add(path, isDatabase) {
        if (!(await isDatabase())) return 'no database'
        await follow(path)
        added.push(path)
        return 'added'
      },
      remove: (path) => store.removeDatabase(path),
    },
    tracked: new TrackedFiles(),
    files: { watch: () => () => {} },
    logger: env.logger,
    known: [data('a.db')],
    pauses: { debounce: 2, rescan, unwatched: rescan, missing: rescan },
  })
  await watcher.start()
  /** Resolves when everything has been looked at again, as a new database proves. */
  const rescanned = async (name: string): Promise<void> => {
    await makeDatabase(join(directory, 'other', name))
    await rename(join(directory, 'other', name), data(name))
    while (!added.includes(data(name))) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return {
    data,
    rescanned,
    async [Symbol.asyncDispose]() {
      await watcher.close()
      await store.close()
    },
  }
}

test('locks: a followed database, looked at again and again, under a second name too → its locks hold', async () => {
  await using temporary = await temporaryDirectory()
  await using setup = await following(temporary.path, 5)
  const { data, rescanned } = setup
  await link(data('a.db'), data('second.db'))
  assert.equal(await taken(data('second.db'), temporary.path), 'SQLITE_BUSY')
  for (const name of ['x.db', 'y.db', 'z.db']) await rescanned(name)
  assert.equal(await taken(data('second.db'), temporary.path), 'SQLITE_BUSY')
})

test('locks: somebody of this process opens and closes a followed database → they are gone, which is why the rule exists', async () => {
  await using temporary = await temporaryDirectory()
  await using setup = await following(temporary.path, 600_000)
  const [path, second] = [setup.data('a.db'), join(temporary.path, 'second.db')]
  await link(path, second)
  assert.equal(await taken(second, temporary.path), 'SQLITE_BUSY')
  assert.ok(await hasSqliteHeader(path))
  assert.equal(await taken(second, temporary.path), 'delete')
})
