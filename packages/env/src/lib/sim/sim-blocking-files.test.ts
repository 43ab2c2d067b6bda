import assert from 'node:assert/strict'
import { test } from 'vitest'
import { asPlainFiles } from '../../../test/as-plain-files.ts'
import { DIRECTORY_ROWS } from '../../../test/directory-rows.ts'
import { FILE_ROWS } from '../../../test/file-rows.ts'
import { simEnv } from './sim-env.ts'

for (const row of [...FILE_ROWS, ...DIRECTORY_ROWS]) {
  test(`SimBlockingFiles, ${row.name}`, async () => {
    const { blockingFiles } = simEnv({ seed: 1 })
    blockingFiles.makeDirectory('/root')
    await assert.doesNotReject(() => row.run(asPlainFiles(blockingFiles), '/root'))
  })
}
