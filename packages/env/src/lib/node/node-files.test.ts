import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { test } from 'vitest'
import { DIRECTORY_ROWS, LINK_AND_WATCH_ROWS } from '../../../test/directory-rows.ts'
import { FILE_ROWS } from '../../../test/file-rows.ts'
import { get, put, refused } from '../../../test/files-rows.ts'
import { temporaryDirectory } from '../../../test/temporary-directory.ts'
import { nodeFiles } from './node-files.ts'

process.umask(0o077) // modes must not depend on it

for (const row of [...FILE_ROWS, ...DIRECTORY_ROWS, ...LINK_AND_WATCH_ROWS]) {
  test(`nodeFiles, ${row.name}`, async () => {
    using root = temporaryDirectory()
    await assert.doesNotReject(() => row.run(nodeFiles, root.path))
  })
}

test('nodeFiles, open: a FIFO without another end → EINVAL at once, in every mode', async () => {
  using root = temporaryDirectory()
  execFileSync('mkfifo', [`${root.path}/fifo`])
  for (const mode of ['read', 'read-write', 'create'] as const) {
    await refused('EINVAL', () => nodeFiles.open(`${root.path}/fifo`, mode))
  }
  assert.equal((await nodeFiles.stat(`${root.path}/fifo`))?.kind, 'other')
})

test('nodeFiles, open: through a symbolic link → the file it names, also one that create makes', async () => {
  using root = temporaryDirectory()
  symlinkSync('target', `${root.path}/link`)
  assert.equal(await nodeFiles.stat(`${root.path}/link`), null)
  await (await nodeFiles.open(`${root.path}/link`, 'create', { mode: 0o644 })).close()
  await put(nodeFiles, `${root.path}/link`, 'text')
  assert.equal(await get(nodeFiles, `${root.path}/target`), 'text')
})
