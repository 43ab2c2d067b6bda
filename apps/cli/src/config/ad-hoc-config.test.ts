import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { resolveReplica } from '../replica/resolve-replica.ts'
import { adHocConfig } from './ad-hoc-config.ts'

const { io } = testIo({ workingDirectory: '/srv' })

for (const path of ['app.db', 'it\'s "odd": {x}.db', 'yes', '~', '#a', 'größe\t.db']) {
  test(`adHocConfig: a path like ${JSON.stringify(path)} → one database of that name`, () => {
    const config = adHocConfig(path, 'file:///backup/app', io)
    const [database] = config.databases
    assert.ok(database !== undefined && config.databases.length === 1)
    assert.equal(database.path, path === '~' ? '/house/someone' : `/srv/${path}`)
    assert.deepEqual(resolveReplica(config, database, io), { type: 'file', path: '/backup/app' })
  })
}

test('adHocConfig: no URL → an error without a line number', () => {
  assert.throws(
    () => adHocConfig('app.db', '/backup', io),
    /^CommandError: replica url scheme required: \/backup$/,
  )
})
