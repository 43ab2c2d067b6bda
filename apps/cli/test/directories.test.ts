import assert from 'node:assert/strict'
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { startInProcess } from './in-process.ts'
import { replicateMany } from './many-databases.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { problemsOf, watchingDaemon } from './watching-daemon.ts'

// The daemon is a process of its own; this one is the application that makes, moves and removes databases.

/** Commits one row. */
function write(path: string): void {
  const database = new Sqlite(path)
  database.pragma('journal_mode = wal')
  database.exec('CREATE TABLE IF NOT EXISTS log (text TEXT); INSERT INTO log VALUES (1)')
  database.close()
}

async function rowsRestored(directory: string, name: string): Promise<number> {
  const output = join(directory, `restored-${name.replaceAll('/', '-')}`)
  const { exitCode, output: said } = startInProcess(
    ['restore', '-o', output, `file://${directory}/replica/${name}`],
    directory,
  )
  assert.equal(await exitCode, 0, said.stderr)
  const database = new Sqlite(output, { readonly: true })
  try {
    assert.deepEqual(database.pragma('integrity_check'), [{ integrity_check: 'ok' }])
    return (database.prepare('SELECT count(*) AS n FROM log').get() as { n: number }).n
  } finally {
    database.close()
  }
}

const about = (message: string, path: string): RegExp =>
  new RegExp(`msg="${message}".* path=\\S*/data/${path}\n`)
const appeared = (path: string): RegExp => about('a database has appeared', path)
const gone = (path: string): RegExp => about('a database has gone; it is closed', path)

test('replicate, dir with watch: databases come, go, are renamed and moved → each has its replica with every row', async () => {
  await using temporary = await temporaryDirectory()
  const { path: directory } = temporary
  const data = (name: string): string => join(directory, 'data', name)
  await mkdir(data('sub'), { recursive: true })
  await mkdir(join(directory, 'elsewhere/deep'), { recursive: true })
  write(data('a.db'))
  write(data('sub/b.db'))
  write(join(directory, 'elsewhere/deep/c.db'))
  const running = await watchingDaemon(directory)
  await running.says(/msg="the first image.*db=b.db/)

  await writeFile(data('new.db'), '') // empty at first, as SQLite leaves it until the first commit
  await writeFile(data('text.db'), 'this is no database, however long it is')
  await symlink('a.db', data('link.db'))
  await running.says(/symbolic link.*link\.db/)
  write(data('new.db'))
  await running.says(appeared('new.db'))
  write(data('new.db'))

  await rename(data('a.db'), data('renamed.db'))
  await running.says(gone('a.db'))
  await running.says(appeared('renamed.db'))
  write(data('renamed.db'))

  await rename(join(directory, 'elsewhere'), data('moved'))
  await running.says(appeared('moved/deep/c.db'))

  await rm(data('sub'), { recursive: true })
  await running.says(gone('sub/b.db'))
  await mkdir(data('sub'))
  write(data('sub/again.db'))
  await running.says(appeared('sub/again.db'))

  running.child.kill('SIGTERM')
  assert.equal(await running.ended, 0, running.output.stderr)
  const rows = {
    'new.db': 2,
    'a.db': 1,
    'renamed.db': 2,
    'moved/deep/c.db': 1,
    'sub/b.db': 1,
    'sub/again.db': 1,
  }
  for (const [name, count] of Object.entries(rows))
    assert.equal(await rowsRestored(directory, name), count, name)
  assert.deepEqual(
    (await readdir(join(directory, 'replica'))).filter((name) => /text|link/.test(name)),
    [],
  )
  assert.deepEqual(problemsOf(running), [])
}, 120_000)

test('replicate, dir with watch: the whole directory goes and comes back → its databases are replicated again', async () => {
  await using temporary = await temporaryDirectory()
  const { path: directory } = temporary
  const data = (name: string): string => join(directory, 'data', name)
  await mkdir(data('.'))
  write(data('a.db'))
  const running = await watchingDaemon(directory)
  await running.says(/msg="the first image.*db=a.db/)
  await rename(data('.'), join(directory, 'old'))
  await running.says('the directory of databases has gone')
  await running.says(gone('a.db'))
  await mkdir(data('.'))
  write(data('b.db'))
  await running.says('the directory of databases is there again')
  await running.says(appeared('b.db'))
  running.child.kill('SIGTERM')
  assert.equal(await running.ended, 0, running.output.stderr)
  assert.equal(await rowsRestored(directory, 'b.db'), 1)
}, 120_000)

// More than are opened at once; test/directories.slow.test.ts has 400.
test('replicate, dir with watch: 80 databases at the start, 40 more at once, 20 removed → all as they should be', async () => {
  const result = await replicateMany({ atStart: 80, added: 40, removed: 20 })
  assert.deepEqual(result, { replicas: 120, problems: [] })
}, 300_000)
