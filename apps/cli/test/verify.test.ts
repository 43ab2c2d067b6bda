import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeFileSpec, encodeFileSpec } from '@ltx/format/testing'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { startInProcess } from './in-process.ts'
import { startCommand } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

interface Report {
  readonly proven: boolean
  readonly txid: string
  readonly checks: readonly { readonly check: string; readonly result: string; readonly found: string }[]
}

async function verify(directory: string, ...words: string[]): Promise<{ report: Report; exitCode: number }> {
  const running = startInProcess(['verify', '-json', ...words], directory)
  const exitCode = await running.exitCode
  assert.notEqual(running.output.stdout, '', running.output.stderr)
  return { report: JSON.parse(running.output.stdout) as Report, exitCode }
}

function resultsOf({ checks }: Report): Record<string, string> {
  return Object.fromEntries(checks.map(({ check, result }) => [check, result]))
}

const CONFIG = ['-config', 'litestream.yml', 'app.db']
const ALL_OK = {
  list: 'ok',
  levels: 'ok',
  plan: 'ok',
  confirmed: 'ok',
  space: 'ok',
  restore: 'ok',
  files: 'ok',
  integrity: 'ok',
}

async function putConfig(directory: string): Promise<Sqlite.Database> {
  await writeFile(
    join(directory, 'litestream.yml'),
    'dbs: [{path: app.db, replica: {path: replica, sync-interval: 50ms}}]',
  )
  const app = new Sqlite(join(directory, 'app.db'))
  app.pragma('journal_mode = wal')
  app.exec('CREATE TABLE note (text TEXT)')
  for (let round = 0; round < 50; round++) write(app)
  return app
}

function write(app: Sqlite.Database): void {
  app.exec('INSERT INTO note VALUES (hex(randomblob(2000)))')
}

test('verify: a database that is written to and replicated all the time → every page is compared, nothing is left', async () => {
  await using directory = await temporaryDirectory()
  using app = disposable(await putConfig(directory.path))
  const daemon = startCommand(['replicate', '-config', 'litestream.yml'], { directory: directory.path })
  const timer = setInterval(() => write(app.database), 5)
  try {
    await daemon.says('replication starts')
    const txids: string[] = []
    for (let round = 0; round < 3; round++) {
      const { report, exitCode } = await verify(directory.path, ...CONFIG)
      const results = resultsOf(report)
      assert.notEqual(results['confirmed'], 'failed', JSON.stringify(report.checks)) // `skipped`: it is noted now and then
      assert.deepEqual(
        { ...results, confirmed: 'ok' },
        { ...ALL_OK, compare: 'ok' },
        JSON.stringify(report.checks),
      )
      assert.deepEqual([report.proven, exitCode], [true, 0])
      txids.push(report.txid)
    }
    assert.ok((txids[2] ?? '') > (txids[0] ?? ''), `it lives: ${txids.join(' ')}`)
  } finally {
    clearInterval(timer)
    daemon.child.kill('SIGTERM')
    await daemon.ended
  }
  const left = await readdir(join(directory.path, '.app.db-litestream'))
  assert.deepEqual(
    left.filter((name) => name.startsWith('verify')),
    [],
  )
})

test('verify: a page of the replica is another, all checksums of its file are right → only the comparison sees it', async () => {
  await using directory = await temporaryDirectory()
  await replicateOnce(directory.path)
  await changeFile(directory.path, (bytes) => {
    const spec = decodeFileSpec(bytes)
    const pages = spec.pages.map((page) => ({
      pageNumber: page.pageNumber,
      data: Uint8Array.from(page.data ?? []),
    }))
    const last = pages.at(-1)?.data ?? new Uint8Array()
    last[last.length - 1] = (last.at(-1) ?? 0) ^ 1 // in the text of a row
    return encodeFileSpec({ ...spec, pages })
  })
  const here = await verify(directory.path, ...CONFIG)
  assert.match(here.report.checks.at(-1)?.found ?? '', /is not the one of this database/)
  await rename(join(directory.path, 'replica/ltx/0'), join(directory.path, 'replica/ltx/1')) // as if compacted
  const { report, exitCode } = await verify(directory.path, ...CONFIG)
  assert.deepEqual(resultsOf(report), { ...ALL_OK, compare: 'failed' }, JSON.stringify(report.checks))
  assert.match(report.checks.at(-1)?.found ?? '', /^1 of \d+ pages differ from the source: \d+$/)
  assert.deepEqual([report.proven, exitCode], [false, 1])
})

test('verify: a file of the replica is damaged; is missing; there is none → what fails is named, exit 1', async () => {
  await using directory = await temporaryDirectory()
  await replicateOnce(directory.path)
  await changeFile(directory.path, (bytes) => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1))
  const damaged = await verify(directory.path, ...CONFIG)
  assert.equal(damaged.exitCode, 1)
  assert.equal(resultsOf(damaged.report)['restore'], 'failed')
  assert.equal(resultsOf(damaged.report)['files'], 'failed')
  await rm(join(directory.path, 'replica'), { recursive: true })
  const empty = await verify(directory.path, ...CONFIG)
  assert.equal(empty.exitCode, 1)
  assert.deepEqual(resultsOf(empty.report), {
    list: 'ok',
    levels: 'ok',
    plan: 'failed',
    confirmed: 'skipped',
    restore: 'skipped',
    files: 'skipped',
    integrity: 'skipped',
    compare: 'skipped',
  })
})

test('verify: the newest file is gone after a sync that was waited for → told, exit 1; the daemon stores again, and all is well', async () => {
  await using directory = await temporaryDirectory()
  using app = disposable(await putConfig(directory.path))
  const text = await readFile(join(directory.path, 'litestream.yml'), 'utf8')
  const config = `{verify: {interval: 2s}, socket: {enabled: true, path: ltx.sock}, ${text}}`
  await writeFile(join(directory.path, 'litestream.yml'), config)
  const daemon = startInProcess(['replicate', '-config', 'litestream.yml'], directory.path, {
    environment: process.env,
  })
  try {
    await daemon.says('control socket is open')
    write(app.database)
    const sync = startInProcess(['sync', '-wait', '-socket', 'ltx.sock', 'app.db'], directory.path)
    assert.equal(await sync.exitCode, 0, sync.output.stderr)
    const level0 = join(directory.path, 'replica/ltx/0')
    const newest = (await readdir(level0)).toSorted().at(-1) ?? ''
    await daemon.says('replica verified: restored, and found right')
    await rm(join(level0, newest))
    const { report, exitCode } = await verify(directory.path, ...CONFIG)
    const txid = newest.slice(0, 16)
    const found = report.checks.find(({ check }) => check === 'confirmed')?.found ?? ''
    assert.match(found, new RegExp(`^the replica held ${txid} and now ends at 0{8}`))
    assert.deepEqual([report.proven, exitCode], [false, 1])
    await daemon.says('the replica could not be verified')
    await daemon.says('what a restore needs is stored again')
    while (!existsSync(join(level0, newest))) await new Promise((resolve) => setTimeout(resolve, 20))
    const again = await verify(directory.path, ...CONFIG)
    assert.deepEqual([again.report.proven, again.exitCode], [true, 0], JSON.stringify(again.report.checks))
  } finally {
    daemon.signal('SIGTERM')
    await daemon.exitCode
  }
})

test('verify: SIGINT in the middle → 130, and nothing is left', async () => {
  await using directory = await temporaryDirectory()
  await replicateOnce(directory.path)
  const checkScript = join(directory.path, 'endless.mjs')
  const started = join(directory.path, 'started')
  await writeFile(
    checkScript,
    `import { writeFileSync } from 'node:fs'
     writeFileSync(${JSON.stringify(started)}, '')
     setInterval(() => {}, 1000)`,
  )
  const running = startInProcess(['verify', '-dir', '.', ...CONFIG], directory.path, { checkScript })
  while (!existsSync(started)) await new Promise((resolve) => setTimeout(resolve, 5))
  const during = (await readdir(directory.path)).filter((name) => name.startsWith('verify.'))
  assert.equal(during.length, 1)
  running.signal('SIGINT')
  assert.equal(await running.exitCode, 130)
  assert.deepEqual(
    (await readdir(directory.path)).filter((name) => name.startsWith('verify.')),
    [],
  )
})

async function replicateOnce(directory: string): Promise<void> {
  const app = await putConfig(directory)
  const running = startInProcess(['replicate', '-once', '-config', 'litestream.yml'], directory)
  assert.equal(await running.exitCode, 0, running.output.stdout)
  app.close()
}

/** Changes the one file that the replica has. */
async function changeFile(directory: string, change: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  const level0 = join(directory, 'replica/ltx/0')
  const names = await readdir(level0)
  assert.equal(names.length, 1)
  const path = join(level0, names[0] ?? '')
  await writeFile(path, change(Uint8Array.from(await readFile(path))))
}

function disposable(database: Sqlite.Database): Disposable & { readonly database: Sqlite.Database } {
  return { database, [Symbol.dispose]: () => void database.close() }
}
