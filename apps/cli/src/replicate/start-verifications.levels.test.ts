import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess } from '../../test/in-process.ts'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'

test('startVerifications: validation.interval → the levels are looked at while the daemon runs', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  await writeFile(
    join(directory.path, 'litestream.yml'),
    `logging: {level: debug}
validation: {interval: 1s}
dbs: [{path: app.db, replica: {path: replica}}]`,
  )
  const daemon = startInProcess(['replicate', '-config', 'litestream.yml'], directory.path)
  await daemon.says('msg="levels checked" db=app.db')
  daemon.signal('SIGTERM')
  assert.equal(await daemon.exitCode, 0)
  assert.doesNotMatch(daemon.output.stdout, /has a hole/)
})
