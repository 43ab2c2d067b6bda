import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { databaseBelow } from '../config/database-below.ts'
import { parseConfig } from '../config/load-config.ts'
import { refuseSharedReplicas } from './refuse-shared-replicas.ts'

const { io } = testIo({ workingDirectory: '/srv' })

/** Entries of `dbs`; one with `dir` stands for the given paths below it. */
async function refused(entries: readonly string[], below: readonly string[] = []): Promise<void> {
  const config = parseConfig(`dbs: [${entries.join(', ')}]`, 'x.yml', io)
  const databases = config.databases.flatMap((entry) =>
    entry.directory === '' ? [entry] : below.map((path) => databaseBelow(entry, path)),
  )
  await refuseSharedReplicas(config, databases, io)
}

test('refuseSharedReplicas: databases of one directory entry → fine, at whatever storage', async () => {
  for (const replica of ['path: r', "url: 's3://b/r'"]) {
    const entry = `{dir: data, pattern: '*', replica: {${replica}}}`
    await assert.doesNotReject(refused([entry], ['/srv/data/a', '/srv/data/b', '/srv/data/c/a']))
  }
})

test('refuseSharedReplicas: one below the place of a directory → refused with both names', async () => {
  const entries = [
    "{dir: data, pattern: '*', replica: {url: 's3://b/r'}}",
    "{path: other, replica: {type: s3, bucket: b, path: 'r/a'}}",
  ]
  await assert.rejects(refused(entries, ['/srv/data/a', '/srv/data/b']), {
    name: 'ConfigError',
    message:
      'x.yml:1: /srv/other and /srv/data/a (line 1) would be stored in one place, s3://b/r/a: give each database a replica path of its own',
  })
})

test('refuseSharedReplicas: replicas that cannot be → left to those who come to them', async () => {
  const none = ['{path: a, replica: {type: s3}}', '{path: b, replica: {type: s3}}']
  await assert.doesNotReject(refused(none))
  await assert.doesNotReject(refused(['{path: a, replica: {type: floppy}}', '{path: b}', ...none.slice(1)]))
})
