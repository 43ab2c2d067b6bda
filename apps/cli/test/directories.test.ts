import assert from 'node:assert/strict'
import { copyFile, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { makeDatabase } from './make-replica.ts'
import { type Running, startCommand } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

// The daemon is a process of its own; this one is the application that makes, moves and removes databases.

const ENTRY = 'dir: data, pattern: "*.db", recursive: true, watch: true, replica: {path: replica}'

async function daemon(directory: string, entry = ENTRY): Promise<Running> {
  await writeFile(join(directory, 'litestream.yml'), `dbs: [{${entry}}]\n`)
  const running = startCommand(['replicate', '-config', 'litestream.yml'], { directory })
  await running.says('msg=replicating').catch(() => {})
  return running
}

/** Commits one row. */
function write(path: string): void {
  const database = new Sqlite(path)
  database.pragma('journal_mode = wal')
  database.exec('CREATE TABLE IF NOT EXISTS log (text TEXT); INSERT INTO log VALUES (1)')
  database.close()
}

async function rowsRestored(directory: string, name: string): Promise<number> {
  const output = join(directory, `restored-${name.replaceAll('/', '-')}`)
  const running = startCommand(['restore', '-o', output, `file://${directory}/replica/${name}`], {
    directory,
  })
  assert.equal(await running.ended, 0, running.output.stderr)
  const database = new Sqlite(output, { readonly: true })
  try {
    assert.deepEqual(database.pragma('integrity_check'), [{ integrity_check: 'ok' }])
    return (database.prepare('SELECT count(*) AS n FROM log').get() as { n: number }).n
  } finally {
    database.close()
  }
}

/** Errors in the log, but for one: the engine may notice before the watch does that a file has gone. */
function problems({ output }: Running): string[] {
  const lines = output.stdout.split('\n').filter((line) => line.includes('level=ERROR'))
  return lines.filter((line) => !/ is gone"| is not open any more"/.test(line))
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
  const running = await daemon(directory)
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
  assert.deepEqual(problems(running), [])
}, 120_000)

test('replicate, dir with watch: the whole directory goes and comes back → its databases are replicated again', async () => {
  await using temporary = await temporaryDirectory()
  const { path: directory } = temporary
  const data = (name: string): string => join(directory, 'data', name)
  await mkdir(data('.'))
  write(data('a.db'))
  const running = await daemon(directory)
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

test('replicate, dir with watch: 400 databases at the start, 200 more at once, 100 removed → all as they should be', async () => {
  await using temporary = await temporaryDirectory()
  const { path: directory } = temporary
  const data = (index: number): string => join(directory, 'data', `${index}.db`)
  const template = join(directory, 'template.db')
  await makeDatabase(template)
  await mkdir(join(directory, 'data'))
  for (let index = 0; index < 400; index++) await copyFile(template, data(index))
  const running = await daemon(directory)
  await running.says(/msg=directory .*count=400/)
  const count = (pattern: RegExp): number => (running.output.stdout.match(pattern) ?? []).length
  const reaches = async (pattern: RegExp, wanted: number): Promise<void> => {
    while (count(pattern) < wanted) {
      assert.equal(running.child.exitCode, null, running.output.stdout.slice(-2000))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  await reaches(/msg="the first image/g, 400)
  for (let index = 400; index < 600; index++) await copyFile(template, data(index))
  await reaches(/msg="a database has appeared"/g, 200)
  await reaches(/msg="the first image/g, 600)
  for (let index = 350; index < 450; index++) await rm(data(index))
  await reaches(/msg="a database has gone/g, 100)
  running.child.kill('SIGTERM')
  assert.equal(await running.ended, 0, running.output.stderr)
  assert.equal((await readdir(join(directory, 'replica'))).length, 600)
  assert.deepEqual(problems(running), [])
}, 300_000)
