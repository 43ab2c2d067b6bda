import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { DatabaseFiles } from './database-files.ts'
import { readDatabaseShape, type DatabaseShape } from './database-size.ts'

interface HeaderFields {
  readonly pageSize: number
  readonly count: number
  readonly changes: number
  readonly writtenFor: number
  readonly bytes: number
}

const fields: HeaderFields = { pageSize: 4096, count: 3, changes: 9, writtenFor: 9, bytes: 5 * 4096 }

const rows: readonly [situation: string, Partial<HeaderFields>, DatabaseShape | null][] = [
  ['the count is of this version', {}, { pageSize: 4096, commit: 3 }],
  ['the count is of an older version', { writtenFor: 8 }, { pageSize: 4096, commit: 5 }],
  ['no count', { count: 0 }, { pageSize: 4096, commit: 5 }],
  ['pages of 65536 bytes', { pageSize: 1, count: 0, bytes: 2 * 65_536 }, { pageSize: 65_536, commit: 2 }],
  ['shorter than a header', { bytes: 99 }, null],
  ['empty', { bytes: 0 }, null],
]

for (const [situation, changed, shape] of rows) {
  test(`readDatabaseShape: ${situation} → ${shape === null ? 'none' : `${shape.commit} pages`}`, () => {
    const env = simEnv({ seed: 1 })
    const { pageSize, count, changes, writtenFor, bytes } = { ...fields, ...changed }
    const file = new Uint8Array(Math.max(100, bytes))
    const view = new DataView(file.buffer)
    view.setUint16(16, pageSize)
    view.setUint32(24, changes)
    view.setUint32(28, count)
    view.setUint32(92, writtenFor)
    {
      using handle = env.blockingFiles.open('/db', 'create')
      handle.write(file.subarray(0, bytes), 0)
    }
    using files = new DatabaseFiles(env.blockingFiles, '/db', null)
    files.open()
    assert.deepEqual(readDatabaseShape(files), shape)
  })
}
