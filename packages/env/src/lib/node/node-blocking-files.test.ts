import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'vitest'
import { asPlainFiles } from '../../../test/as-plain-files.ts'
import { DIRECTORY_ROWS } from '../../../test/directory-rows.ts'
import { FILE_ROWS } from '../../../test/file-rows.ts'
import { temporaryDirectory } from '../../../test/temporary-directory.ts'
import { systemErrorCode } from '../system-error.ts'
import { nodeBlockingFiles } from './node-blocking-files.ts'

process.umask(0o077) // modes must not depend on it

for (const row of [...FILE_ROWS, ...DIRECTORY_ROWS]) {
  test(`nodeBlockingFiles, ${row.name}`, async () => {
    using root = temporaryDirectory()
    await assert.doesNotReject(() => row.run(asPlainFiles(nodeBlockingFiles), root.path))
  })
}

test('nodeBlockingFiles, open: a FIFO without another end → EINVAL at once', () => {
  using root = temporaryDirectory()
  execFileSync('mkfifo', [`${root.path}/fifo`])
  const open = (): unknown => nodeBlockingFiles.open(`${root.path}/fifo`, 'read')
  assert.throws(open, (error) => systemErrorCode(error) === 'EINVAL')
})

test('nodeBlockingFiles, list: after failed opens → no descriptor was left open', () => {
  using root = temporaryDirectory()
  const before = nodeBlockingFiles.list('/dev/fd').length
  for (let i = 0; i < 50; i++) assert.throws(() => nodeBlockingFiles.open(root.path, 'read'))
  assert.ok(nodeBlockingFiles.list('/dev/fd').length <= before + 1)
})
