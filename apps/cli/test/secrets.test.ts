import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { consoleLogger } from '../src/log/console-logger.ts'
import { describeError } from '../src/program/errors.ts'
import { runCommand } from '../src/program/run-command.ts'
import { openReplica } from '../src/replica/clients.ts'
import { replicaFromUrl } from '../src/replica/resolve-replica.ts'
import { redactUrl, redactUrls } from '../src/text/redact-url.ts'
import { oddUrl, SECRET } from './odd-urls.ts'
import { seededBelow } from './random-configuration.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { testIo } from './test-io.ts'

const SEED = Number(process.env['LTX_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
/** Those that run a command, or load what a storage needs, take longer. */
const ROUNDS = { many: 2000, few: 80 } as const

/** Nothing that `look` returns for any of many URLs holds the secret. */
async function assertSecretHidden(
  rounds: keyof typeof ROUNDS,
  look: (url: string) => string | Promise<string>,
): Promise<void> {
  const below = seededBelow(SEED)
  for (let round = 0; round < ROUNDS[rounds]; round++) {
    const url = oddUrl(below)
    const shown = await look(url)
    assert.ok(
      !shown.includes(SECRET) && !shown.includes(encodeURIComponent(SECRET)),
      `LTX_SEED=${SEED}, round ${round}: ${JSON.stringify(url)} is shown as\n${shown}`,
    )
  }
}

test('redactUrl, redactUrls: odd URLs, alone and in a message → the secret is hidden', async () => {
  await assertSecretHidden('many', (url) => redactUrl(url))
  await assertSecretHidden('many', (url) => redactUrls(`cannot reach ${redactUrl(url)}: refused`))
})

test('openReplica: odd URLs of a command line → neither its address nor an error holds the secret', async () => {
  const { io, output } = testIo()
  const logger = consoleLogger(io, { level: 'trace', type: 'text', toStderr: true })
  await assertSecretHidden('few', async (url) => {
    try {
      await using client = await openReplica(replicaFromUrl(url, io), nodeEnv({ logger }))
      return client.url + output.stderr
    } catch (error) {
      return describeError(error) + output.stderr
    }
  })
})

for (const words of [['config', 'check'], ['config', 'check', '-json'], ['databases'], ['status', '-json']]) {
  test(`${words.join(' ')}: odd URLs in the configuration file → nothing that is printed holds the secret`, async () => {
    await using folder = await temporaryDirectory()
    const file = join(folder.path, 'litestream.yml')
    const below = seededBelow(SEED + 1)
    await assertSecretHidden('few', async (url) => {
      const key = ['url', 'url', 'url', 'path', 'endpoint', 'host', 'webdav-url', 'max-sync-ltx-files'][
        below(8)
      ]!
      if (key === 'path' && !/^\w[^/]*:\/\//.test(url)) return '' // that is a path, and is shown
      const type = ['file', 's3', 'sftp', 'nats', 'webdav', undefined][below(6)]
      const replica = { type, [key]: url }
      // JSON is YAML.
      await writeFile(file, JSON.stringify({ dbs: [{ path: join(folder.path, 'a.db'), replica }] }))
      const { io, output } = testIo({ workingDirectory: folder.path })
      await runCommand([...words, '-no-expand-env', '-config', file], io)
      return output.stdout + output.stderr
    })
  })
}
