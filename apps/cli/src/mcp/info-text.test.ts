import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { infoText } from './info-text.ts'

const { signal } = new AbortController()

test('infoText: one replica that cannot be listed → told in its place, the next is listed', async () => {
  await using directory = await temporaryDirectory()
  await writeFile(
    join(directory.path, 'c.yml'),
    `dbs:
  - {path: /a.db, replica: {type: sftp, host: '127.0.0.1:1', user: me, path: /r}}
  - {path: /b.db, replica: {path: replica}}`,
  )
  const { io } = testIo({ workingDirectory: directory.path })
  const { text, exitCode } = await infoText({ io, config: 'c.yml', signal })
  assert.equal(exitCode, 0)
  assert.match(text, /^Version Information:\n0.0.0-test\n\nCurrent Config Path:\nc.yml\n\nDatabases:\npath/m)
  assert.match(
    text,
    /Database: \/a.db\nthe files could not be listed:\n.*Error: .*\n\nDatabase: \/b.db\nlevel/s,
  )
})

test('infoText: no such configuration → that is the answer', async () => {
  const { text, exitCode } = await infoText({ io: testIo().io, config: '/does/not/exist.yml', signal })
  assert.equal(exitCode, 1)
  assert.match(text, /config file not found/)
})
