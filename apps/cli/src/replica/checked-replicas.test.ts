import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from '../config/load-config.ts'
import { checkedReplicas } from './checked-replicas.ts'

const { io } = testIo({ workingDirectory: '/srv' })

async function typesOf(...replicas: readonly string[]): Promise<string[]> {
  const entries = replicas.map((replica, index) => `- {path: /${index}, replica: ${replica}}\n`)
  const config = parseConfig(`dbs:\n${entries.join('')}`, 'x.yml', io)
  return (await checkedReplicas(config, config.databases, io)).map(({ type }) => type)
}

test('checkedReplicas: nothing wrong → the places, in their order', async () => {
  assert.deepEqual(await typesOf('{path: /r}', '{url: s3://bucket/p}', '{path: /q}'), ['file', 's3', 'file'])
})

for (const [situation, replica, words] of [
  ['a URL and a bucket', '{url: s3://bucket/p, bucket: other}', /x\.yml:2: dbs\[\/0\]\.replica: .*bucket/],
  ['s3 without a bucket', '{type: s3}', /x\.yml:2: dbs\[\/0\]\.replica: .*bucket required/],
  ['sftp without a host', '{type: sftp, user: u}', /x\.yml:2: dbs\[\/0\]\.replica: .*host is missing/],
  ['an unknown type', '{type: floppy}', /x\.yml:2: dbs\[\/0\]\.replica\.type: unknown replica type/],
] as const) {
  test(`checkedReplicas: ${situation} → an error with its line`, async () => {
    await assert.rejects(typesOf(replica, '{path: /r}'), words)
  })
}
