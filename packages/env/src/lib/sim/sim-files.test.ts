import assert from 'node:assert/strict'
import { test } from 'vitest'
import { DIRECTORY_ROWS, LINK_AND_WATCH_ROWS } from '../../../test/directory-rows.ts'
import { FILE_ROWS } from '../../../test/file-rows.ts'
import { simEnv } from './sim-env.ts'

for (const row of [...FILE_ROWS, ...DIRECTORY_ROWS, ...LINK_AND_WATCH_ROWS]) {
  test(`SimFiles, ${row.name}`, async () => {
    const { files } = simEnv({ seed: 1 })
    await files.makeDirectory('/root')
    await assert.doesNotReject(() => row.run(files, '/root'))
  })
}
