import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { makeDatabase } from './make-replica.ts'
import { type Running, startCommand, startScript } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Another process that writes until it gets SIGTERM, and says how many rows it has committed. */
const WRITER = `
  const { default: Sqlite } = await import(${JSON.stringify(import.meta.resolve('better-sqlite3'))})
  const database = new Sqlite('app.db')
  database.pragma('journal_mode = wal')
  database.exec('CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY, text TEXT)')
  const insert = database.prepare('INSERT INTO log (text) VALUES (?)')
  let rows = 0
  const timer = setInterval(() => {
    database.transaction(() => { for (let i = 0; i < 10; i++) insert.run('x'.repeat(rows++ % 500)) })()
    if (rows === 100) console.log('has begun')
  }, 2)
  process.on('SIGTERM', () => { clearInterval(timer); database.close(); console.log('rows ' + rows) })
`

function rowsIn(path: string, table: string): number {
  const database = new Sqlite(path, { readonly: true })
  try {
    assert.deepEqual(database.pragma('integrity_check'), [{ integrity_check: 'ok' }])
    return (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n
  } finally {
    database.close()
  }
}

async function restored(directory: string, words: readonly string[] = []): Promise<void> {
  const running = startCommand(
    ['restore', '-integrity-check', 'full', '-o', 'copy.db', ...words, `file://${directory}/replica`],
    { directory },
  )
  assert.equal(await running.ended, 0, running.output.stderr)
}

function replicate(
  directory: string,
  flags: readonly string[],
  environment?: Record<string, string>,
): Running {
  const words = ['replicate', ...flags, 'app.db', `file://${directory}/replica`]
  return startCommand(words, { directory, ...(environment === undefined ? {} : { environment }) })
}

test('replicate: beside a writer, then SIGTERM → every row it committed is restored', async () => {
  await using directory = await temporaryDirectory()
  const writer = startScript(WRITER, [], directory.path)
  await writer.says('has begun')
  const replicator = replicate(directory.path, [])
  await replicator.says('replication starts')
  await replicator.says('first image')
  writer.child.kill('SIGTERM')
  assert.equal(await writer.ended, 0)
  replicator.child.kill('SIGTERM')
  assert.equal(await replicator.ended, 0, replicator.output.stdout + replicator.output.stderr)
  assert.match(replicator.output.stdout, /msg="shutting down" signal=terminated/)
  await restored(directory.path)
  assert.equal(
    `rows ${rowsIn(join(directory.path, 'copy.db'), 'log')}`,
    writer.output.stdout.trim().split('\n').at(-1),
  )
})

test('replicate -exec: the child ends → its rows are replicated, and its end is ours', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'app.db')
  await makeDatabase(path)
  const script = join(directory.path, 'child.mjs')
  await writeFile(
    script,
    `import Sqlite from ${JSON.stringify(import.meta.resolve('better-sqlite3'))}
     const database = new Sqlite('app.db')
     database.exec('INSERT INTO note VALUES (4)')
     database.close()
     console.log('level ' + process.env.LOG_LEVEL + ', key ' + process.env.AWS_ACCESS_KEY_ID)
     process.exitCode = Number(process.argv[2])`,
  )
  const exec = (code: number): string => `'${process.execPath}' '${script}' ${code}`
  const environment = { LITESTREAM_ACCESS_KEY_ID: 'from-litestream' }
  const good = replicate(directory.path, ['-exec', exec(0), '-log-level', 'warn'], environment)
  assert.equal(await good.ended, 0, good.output.stderr)
  assert.match(good.output.stdout, /level warn, key from-litestream/)
  assert.doesNotMatch(good.output.stdout, /level=INFO/)
  const bad = replicate(directory.path, ['-exec', exec(3)])
  assert.equal(await bad.ended, 1)
  assert.equal(bad.output.stderr, 'Error: exit status 3\n')
  await restored(directory.path)
  assert.equal(rowsIn(join(directory.path, 'copy.db'), 'note'), 5)
})

test('replicate -exec: a signal → goes to the child, whose bad end is told after a last sync (Q4)', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const script = join(directory.path, 'child.mjs')
  await writeFile(
    script,
    `import Sqlite from ${JSON.stringify(import.meta.resolve('better-sqlite3'))}
     const database = new Sqlite('app.db')
     process.on('SIGTERM', () => {
       database.exec('INSERT INTO note VALUES (4)')
       database.close()
       process.exit(143)
     })
     setInterval(() => {}, 1000)
     console.log('child is up')`,
  )
  const running = replicate(directory.path, ['-exec', `'${process.execPath}' '${script}'`])
  await running.says('child is up')
  running.child.kill('SIGTERM')
  assert.equal(await running.ended, 1)
  assert.match(running.output.stdout, /msg="shut down"/)
  assert.equal(running.output.stderr, 'Error: exit status 143\n')
  await restored(directory.path)
  assert.equal(rowsIn(join(directory.path, 'copy.db'), 'note'), 4)
})

test('replicate -exec: no such program → an error, after a clean end', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const { ended, output } = replicate(directory.path, ['-exec', '/no/such/program'])
  assert.equal(await ended, 1)
  assert.match(output.stderr, /^Error: cannot start exec command: .*executable not found/)
})
