import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { checkConfig } from './check-config.ts'
import { configYaml } from './config-yaml.ts'
import { effectiveConfig, FileMode } from './effective-config.ts'
import { parseConfig } from './load-config.ts'

const { io } = testIo({ workingDirectory: '/srv' })

async function yamlOf(text: string): Promise<string> {
  const config = parseConfig(text, 'x.yml', io)
  const { replicas, warnings } = await checkConfig(config, io)
  assert.deepEqual(warnings, [])
  return configYaml(effectiveConfig(config, replicas, io), 'As it counts.')
}

test('configYaml: permission bits, texts that look like something else → in octal, in quotes', () => {
  const yaml = configYaml({ mode: new FileMode(0o600), a: 'yes', b: '0600', c: '', d: '1:30', e: '5m' }, 'x')
  assert.equal(yaml, '# x\n\nmode: 0600\na: "yes"\nb: "0600"\nc: ""\nd: "1:30"\ne: 5m\n')
})

for (const text of [
  `levels: []
addr: ":9090"
socket: {enabled: true, permissions: 0660}
exec: "a 'b: c' # d"
logging: {level: debug, stderr: yes}
dbs:
- path: "weird: [name] #1.db"
  replica: {path: 'yes'}
- dir: /data
  pattern: '*.db'
  watch: true
  meta-path: /state
  truncate-page-n: -1
  replica: {url: "s3://b/p?region=eu", part-size: 6MiB, storage-class: "0600"}`,
  `root-cas: [/a, /b]
sync-interval: 1500ms
dbs: [{path: /a, snapshot: {interval: 90m}, replica: {url: "nats://host/store", reconnect-wait: 5ms}}]`,
]) {
  test(`configYaml: ${JSON.stringify(text.slice(0, 40))}… → read again it means the same`, async () => {
    const once = await yamlOf(text)
    assert.equal(await yamlOf(once), once)
  })
}
