import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isReplicatorError } from '../errors.ts'
import { checkSqliteVersion } from './check-sqlite-version.ts'

const rows: readonly [version: string, accepted: boolean][] = [
  ['3.51.3', true],
  ['3.51.2', false],
  ['3.51', false],
  ['3.52.0', true],
  ['3.9.0', false],
  ['4.0.0', true],
  ['3.40.1', false],
]

function isOld(error: unknown): boolean {
  return isReplicatorError(error, 'REPLICATOR_OLD_SQLITE')
}

for (const [version, accepted] of rows) {
  test(`checkSqliteVersion: ${version} → ${accepted ? 'accepted' : 'refused'}`, () => {
    if (accepted) checkSqliteVersion('some-driver', version)
    else assert.throws(() => checkSqliteVersion('some-driver', version), isOld)
  })
}
