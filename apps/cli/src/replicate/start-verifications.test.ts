import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess } from '../../test/in-process.ts'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'

test('startVerifications: a daemon with an interval → its replica is restored and compared; health and metrics know', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  await writeFile(
    join(directory.path, 'litestream.yml'),
    `addr: 127.0.0.1:0
verify: {interval: 1s}
dbs: [{path: app.db, replica: {path: replica}}]`,
  )
  const daemon = startInProcess(['replicate', '-config', 'litestream.yml'], directory.path, {
    environment: process.env,
  })
  await daemon.says('replica verified: restored, and found right')
  const line = daemon.output.stdout.split('\n').find((each) => each.includes('replica verified'))
  assert.match(line ?? '', /db=app.db .*txid=0{15}2 size=8192 compared="all 2 pages equal the source"/)
  const url = /http:\/\/127.0.0.1:\d+/.exec(daemon.output.stdout)?.[0] ?? ''
  const metrics = await (await fetch(`${url}/metrics`)).text()
  assert.match(metrics, /verif\S*\{\S*app.db"\} \d{10}/)
  daemon.signal('SIGTERM')
  assert.equal(await daemon.exitCode, 0)
})

test('startVerifications: nothing configured → nothing of it is said', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const daemon = startInProcess(['replicate', 'app.db', `file://${directory.path}/replica`], directory.path)
  await daemon.says('replication starts')
  daemon.signal('SIGTERM')
  assert.equal(await daemon.exitCode, 0)
  assert.equal(daemon.output.stdout.includes('verified'), false)
})
