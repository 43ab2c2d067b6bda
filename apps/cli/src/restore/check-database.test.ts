import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { checkDatabase } from './check-database.ts'

const io = { ...testIo().io, environment: process.env }

for (const mode of ['quick', 'full'] as const) {
  test(`checkDatabase: ${mode}, a sound database → passes and changes nothing`, async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'app.db')
    await makeDatabase(path)
    const before = await readFile(path)
    await checkDatabase(mode, path, io)
    assert.deepEqual(await readFile(path), before)
  })
}

test('checkDatabase: a page that is broken → what SQLite says of it', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'app.db')
  await makeDatabase(path)
  const bytes = await readFile(path)
  bytes.fill(0xff, 4096, 4196)
  await writeFile(path, bytes)
  await assert.rejects(checkDatabase('full', path, io), /malformed|btree|page/i)
})

test('checkDatabase: no database, no file → one line, without a stack', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'app.db')
  await assert.rejects(checkDatabase('full', path, io), /^Error: unable to open database file$/)
  await writeFile(path, 'x'.repeat(4096))
  await assert.rejects(checkDatabase('full', path, io), /^Error: file is not a database$/)
})

test('checkDatabase: aborted before, or in the middle → the reason itself, and no process left', async () => {
  await using directory = await temporaryDirectory()
  const reason = new Error('stop')
  await assert.rejects(checkDatabase('full', 'x', io, AbortSignal.abort(reason)), reason)
  // A check that never ends, and says that it has begun.
  const script = join(directory.path, 'endless.mjs')
  await writeFile(
    script,
    "import { writeFileSync } from 'node:fs'\nwriteFileSync(process.argv[3], '')\nsetInterval(() => {}, 1000)\n",
  )
  const controller = new AbortController()
  const started = join(directory.path, 'started')
  const check = checkDatabase('full', started, { ...io, checkScript: script }, controller.signal)
  const aborted = assert.rejects(check, reason)
  while (!(await readdir(directory.path)).includes('started'))
    await new Promise((resolve) => setTimeout(resolve, 5))
  controller.abort(reason)
  await aborted
})
