import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { makeSoundReplica } from './make-replica.ts'
import { startCommand } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

test('restore -f: SIGINT, then again and SIGTERM → exit 0 with the summary, a copy that can be read, and its note', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'replica'))
  const words = [
    'restore',
    '-f',
    '-follow-interval',
    '50ms',
    '-json',
    '-o',
    'out/app.db',
    `file://${directory.path}/replica`,
  ]
  for (const [signal, line] of [
    ['SIGINT', /following its replica/],
    ['SIGTERM', /following the replica again/],
  ] as const) {
    const running = startCommand(words, { directory: directory.path })
    await running.says(line)
    running.child.kill(signal)
    assert.equal(await running.ended, 0, running.output.stderr)
    const summary = JSON.parse(running.output.stdout) as Record<string, unknown>
    assert.deepEqual([summary['db_path'], summary['txid']], ['out/app.db', ''])
    assert.match(running.output.stderr, /stopped following the replica.* txid=0000000000000001/)
    assert.deepEqual(await readdir(join(directory.path, 'out')), ['app.db', 'app.db-txid'])
  }
  assert.equal(await readFile(join(directory.path, 'out/app.db-txid'), 'utf8'), '0000000000000001\n')
  const copy = new Sqlite(join(directory.path, 'out/app.db'), { readonly: true })
  assert.equal(copy.pragma('journal_mode', { simple: true }), 'delete')
  assert.equal(copy.prepare('SELECT count(*) FROM note').pluck().get(), 3)
  copy.close()
})
