import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess } from '../../test/in-process.ts'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'

const adHoc = (directory: string): string[] => ['replicate', 'app.db', `file://${directory}/replica`]

test('replicate: a database that comes later → waited for, and replicated', async () => {
  await using directory = await temporaryDirectory()
  const replicator = startInProcess(adHoc(directory.path), directory.path)
  await replicator.says('does not exist yet')
  await makeDatabase(join(directory.path, 'app.db'))
  await replicator.says('first image')
  replicator.signal('SIGINT')
  assert.equal(await replicator.exitCode, 0)
  assert.match(replicator.output.stdout, /msg="shutting down" signal=SIGINT[^]*msg="shut down"/)
  const words = ['restore', '-integrity-check', 'full', '-o', 'copy.db', `file://${directory.path}/replica`]
  const restore = startInProcess(words, directory.path, { environment: process.env })
  assert.equal(await restore.exitCode, 0, restore.output.stderr)
})

test('replicate: a second one on the same database, or reset → a clear error', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const first = startInProcess(adHoc(directory.path), directory.path)
  await first.says('first image')
  const second = startInProcess(adHoc(directory.path), directory.path)
  assert.equal(await second.exitCode, 1)
  assert.match(second.output.stderr, /^Error: cannot start: REPLICATOR_LOCKED/)
  const reset = startInProcess(['reset', 'app.db'], directory.path)
  assert.equal(await reset.exitCode, 1)
  assert.match(reset.output.stderr, /a replicator is at work/)
  first.signal('SIGTERM')
  assert.equal(await first.exitCode, 0)
})

test('replicate: no databases at all → says so in the configured log, and waits for a signal', async () => {
  await using directory = await temporaryDirectory()
  await writeFile(
    join(directory.path, 'x.yml'),
    'logging: {type: json, stderr: true}\nretention: {enabled: no}\n',
  )
  const running = startInProcess(['replicate', '-config', 'x.yml'], directory.path, {
    programName: 'litestream',
  })
  await running.says('no databases in the configuration')
  await running.says('retention is disabled')
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0)
  assert.equal(running.output.stdout, '')
  const messages = running.output.stderr
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg)
  assert.deepEqual([messages[0], messages.at(-1)], ['litestream', 'shut down'])
})

test('replicate: three signals → the third ends the process at once', async () => {
  await using directory = await temporaryDirectory()
  const running = startInProcess(adHoc(directory.path), directory.path)
  await running.says('does not exist yet')
  for (let count = 0; count < 3; count++) running.signal('SIGTERM')
  assert.deepEqual(running.ended, [143])
  assert.equal(await running.exitCode, 0)
})
