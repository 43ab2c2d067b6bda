import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isTemporaryName, temporaryName } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { isLeftBehind, keepFresh, ownedName, sweepLeftBehind } from './left-behind.ts'
import { parseOutputPath } from './output-path.ts'
import { StagedDatabase } from './staged-database.ts'

const env = nodeEnv()

interface Directory extends AsyncDisposable {
  readonly path: string
}

async function temporaryDirectory(): Promise<Directory> {
  const path = await mkdtemp(join(tmpdir(), 'ltx-left-behind-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

/** A process that stages `app.db`, and its temporary. It is killed with `kill`. */
async function writer(directory: string): Promise<{ readonly name: string; kill(): Promise<void> }> {
  const script = `
    const { nodeEnv } = await import('@ltx/env/node')
    const { StagedDatabase } = await import(${JSON.stringify(import.meta.resolve('./staged-database.ts'))})
    const { parseOutputPath } = await import(${JSON.stringify(import.meta.resolve('./output-path.ts'))})
    const output = parseOutputPath(${JSON.stringify(join(directory, 'app.db'))})
    const staged = await StagedDatabase.create(nodeEnv(), output, 0o600)
    await staged.seal(10)
    console.log(staged.temporaryPath)
    setInterval(() => {}, 1000)`
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return { name: basename(String(line).trim()), kill }
}

test('ownedName: made → a temporary name; two of one process differ in the end only', async () => {
  const [one, two] = [await ownedName(env, 'app.db'), await ownedName(env, 'app.db')]
  assert.ok(isTemporaryName(one))
  assert.notEqual(one, two)
  assert.equal(one.slice(0, -12), two.slice(0, -12))
  assert.match(await ownedName(simEnv({ seed: 1 }), 'a'), /^a\.\d+\.0{8}[0-9a-f]{8}\.tmp$/)
})

test('sweepLeftBehind: a second name of a WAL, however old → stays: it may be the only one', async () => {
  await using directory = await temporaryDirectory()
  const spare = join(directory.path, temporaryName(env, 'app.db-wal'))
  await writeFile(spare, 'commits')
  await utimes(spare, 1, 1)
  await sweepLeftBehind(env, directory.path, ['app.db'])
  assert.deepEqual(await readdir(directory.path), [basename(spare)])
})

test('sweepLeftBehind: a killed process, a living one, this one, another output → only what the killed one left goes, at once', async () => {
  await using directory = await temporaryDirectory()
  const output = parseOutputPath(join(directory.path, 'app.db'))
  const killed = await writer(directory.path)
  const living = await writer(directory.path)
  try {
    await using own = await StagedDatabase.create(env, output, 0o600)
    await own.seal(10)
    await using other = await StagedDatabase.create(env, parseOutputPath(join(directory.path, 'b.db')), 0o600)
    await writeFile(join(directory.path, `${killed.name}-wal`), 'x')
    await sweepLeftBehind(env, directory.path, ['app.db'])
    assert.equal((await readdir(directory.path)).length, 5, 'all live')
    await killed.kill()
    await sweepLeftBehind(env, directory.path, ['app.db'])
    const names = [living.name, basename(own.temporaryPath), basename(other.temporaryPath)]
    if (process.platform !== 'linux') names.push(killed.name, `${killed.name}-wal`) // nobody tells: it goes after minutes
    assert.deepEqual((await readdir(directory.path)).toSorted(), names.toSorted())
  } finally {
    await living.kill()
  }
})

test('isLeftBehind: of another namespace, of a process that lives and has it not open → by when it was touched last', async () => {
  await using directory = await temporaryDirectory()
  const tags = {
    foreign: `app.db.${process.pid}.${'0'.repeat(16)}.tmp`,
    ours: await ownedName(env, 'app.db'),
  }
  const leftBehind = async (name: string, ageMs: number): Promise<boolean> => {
    const path = join(directory.path, name)
    await writeFile(path, 'x')
    const then = new Date(Date.now() - ageMs)
    await utimes(path, then, then)
    const stat = await env.files.stat(path)
    assert.ok(stat !== null)
    return await isLeftBehind(env, name, stat)
  }
  assert.equal(await leftBehind(tags.foreign, 60_000), false)
  assert.equal(await leftBehind(tags.foreign, 600_000), true)
  assert.equal(await leftBehind(tags.ours, 30_000), false)
  assert.equal(await leftBehind(tags.ours, process.platform === 'linux' ? 90_000 : 600_000), true)
})

test('keepFresh: minutes pass, it is disposed of, more pass → touched until then', async () => {
  const sim = simEnv({ seed: 1 })
  await sim.files.makeDirectory('/d')
  await using handle = await sim.files.open('/d/a', 'create')
  const touchedMs = async (): Promise<number> => Number((await handle.stat()).mtimeNs / 1_000_000n)
  const startMs = sim.clock.wallMs()
  const fresh = keepFresh(sim, handle)
  await sim.clock.advance(120_000)
  assert.ok((await touchedMs()) >= startMs + 90_000)
  fresh[Symbol.dispose]()
  const lastMs = await touchedMs()
  await sim.clock.advance(120_000)
  assert.equal(await touchedMs(), lastMs)
})

test('sweepLeftBehind: one cannot be removed → told, and no error', async () => {
  const sim = simEnv({ seed: 1 })
  await sim.files.makeDirectory('/d')
  await sim.files.open('/d/app.db.7.0000000000000000.tmp', 'create')
  await sim.clock.advance(600_000)
  sim.files.failNext('remove', 'EACCES')
  await sweepLeftBehind(sim, '/d', ['app.db'])
  assert.deepEqual(
    sim.logger.lines.map(({ level }) => level),
    ['warn'],
  )
})
