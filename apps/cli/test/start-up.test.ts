import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'vitest'
import { makeReplica } from './make-replica.ts'
import { startCommand } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

// What takes long to load, and what may not be loaded therefore where it has nothing to do. Time itself is for tools/bench.

/** Prints what the process has loaded: names of Node's own modules, and paths of CommonJS files. */
const REPORT = `import { Module } from 'node:module'
process.on('exit', () => console.error('what was loaded:\\n' + [...process.moduleLoadList, ...Object.keys(Module._cache)].join('\\n')))`

const HEAVY: Readonly<Record<string, RegExp>> = {
  yaml: /node_modules\/yaml\//,
  'a web client': /internal\/deps\/undici/,
  'child processes': /NativeModule child_process$/m,
  'SQLite driver': /node_modules\/better-sqlite3\//,
  'progress bar': /node_modules\/cli-progress\//,
}

async function heavyOf(words: readonly string[], directory: string): Promise<string[]> {
  const running = startCommand(words, {
    directory,
    nodeWords: ['--import', `data:text/javascript,${encodeURIComponent(REPORT)}`],
  })
  await running.ended
  const loaded = running.output.stderr.split('what was loaded:').at(-1) ?? ''
  assert.match(loaded, /NativeModule fs$/m, running.output.stderr)
  return Object.keys(HEAVY).filter((name) => HEAVY[name]?.test(loaded))
}

test('start-up: verbs that need little → nothing heavy is loaded', async () => {
  await using directory = await temporaryDirectory()
  const replica = join(directory.path, 'replica')
  await makeReplica(replica)
  const rows: readonly (readonly [words: string, heavy: readonly string[]])[] = [
    ['version', []],
    ['help', []],
    [`restore -o out.db file://${replica}`, []],
    [`ltx file://${replica}`, []],
    ['list -socket none.sock', []],
    ['status -config none.yml', ['yaml']], // which proves that it would be seen
  ]
  const found = await Promise.all(rows.map(([words]) => heavyOf(words.split(' '), directory.path)))
  assert.deepEqual(
    rows.map(([words], row) => [words, found[row]]),
    rows.map(([words, heavy]) => [words, [...heavy]]),
  )
})
