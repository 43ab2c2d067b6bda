import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { Child } from './lib/child.ts'
import { differenceOf, restoreTo } from './lib/compare.ts'
import { createDatabase } from './lib/create-database.ts'
import { temporariesUnder } from './lib/files-under.ts'
import { seeded, seedFromEnvironment } from './lib/seeded.ts'

const LTX = path.resolve(import.meta.dirname, '../../../apps/cli/bin/ltx.js')
const hasPython = spawnSync('python3', ['-c', 'import sqlite3'], { stdio: 'ignore' }).status === 0
const seed = seedFromEnvironment()

const ROUNDS = 6
const KILLS_OF_ROUND = 4

/** Starts an application of another SQLite, which ends by itself. */
function startPython(database: string, appSeed: number, seconds: number): ChildProcess {
  const program = path.join(import.meta.dirname, 'older-sqlite-app.py')
  return spawn('python3', [program, database, String(appSeed), String(seconds)], { stdio: 'inherit' })
}

test.skipIf(!hasPython)(
  'command: ltx replicate is killed and ended beside applications of an older SQLite → what restores is the database',
  async () => {
    const random = seeded(seed)
    const folder = mkdtempSync(path.join(tmpdir(), 'ltx-command-'))
    const at = (name: string): string => path.join(folder, name)
    const [database, replica] = [at('app.db'), at('replica')]
    createDatabase(database, 4096, 1000)
    await using witness = await new Child('witness.ts', []).ready()
    let output = ''
    const replicate = (): ChildProcess => {
      const command = spawn(process.execPath, [LTX, 'replicate', database, `file://${replica}`])
      for (const stream of [command.stdout, command.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text))
      }
      return command
    }
    for (let round = 0; round < ROUNDS; round++) {
      output = ''
      const apps = [1, 2].map(() => startPython(database, random.whole(1, 1e9), random.whole(2, 5)))
      const appsEnded = Promise.all(apps.map((app) => once(app, 'exit')))
      for (let kill = 0; kill < KILLS_OF_ROUND; kill++) {
        const command = replicate()
        await sleep(random.whole(100, 1500))
        command.kill('SIGKILL')
        await once(command, 'close')
      }
      const before = output.length
      const last = replicate()
      while (!output.slice(before).includes('replicating')) await sleep(20) // only then it listens to signals
      if (random.chance(0.5)) apps[0]?.kill('SIGKILL')
      await appsEnded
      await sleep(random.whole(0, 1500))
      last.kill('SIGTERM')
      const [code] = (await once(last, 'close')) as [number]
      const told = `seed ${seed}, round ${round}, in ${folder}\n${output}`
      assert.equal(code, 0, told)
      const copied = (await witness.call('copy', database, at('expected.db'))) as { integrity: string }
      assert.equal(copied.integrity, 'ok', told)
      await restoreTo(replica, at('restored.db'), null)
      assert.equal(differenceOf(at('expected.db'), at('restored.db')), null, told)
      assert.deepEqual(temporariesUnder(at('.app.db-litestream')), [], told)
    }
    rmSync(folder, { recursive: true })
  },
)
