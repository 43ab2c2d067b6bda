import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { LocalFiles } from '../database/local-files.ts'
import { newestTaken } from './newest-taken.ts'

test('newestTaken: none after it; one; several; one past a hole → the last without a hole', () => {
  const files = simEnv({ seed: 1 }).blockingFiles
  const local = new LocalFiles(files, '/meta')
  files.makeDirectory(local.level0Directory)
  const taken = (): bigint => newestTaken(files, local, 4n)
  assert.equal(taken(), 4n)
  for (const [txid, newest] of [
    [5n, 5n],
    [8n, 5n],
    [6n, 6n],
    [7n, 8n],
  ] as const) {
    files.open(local.path(toTxid(txid)), 'create-new').close()
    assert.equal(taken(), newest)
  }
})
