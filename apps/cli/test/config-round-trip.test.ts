import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Document } from 'yaml'
import { checkConfig } from '../src/config/check-config.ts'
import { configYaml } from '../src/config/config-yaml.ts'
import { effectiveConfig } from '../src/config/effective-config.ts'
import { parseConfig } from '../src/config/load-config.ts'
import { randomConfiguration, seededBelow } from './random-configuration.ts'
import { testIo } from './test-io.ts'

const SEED = Number(process.env['LTX_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const ROUNDS = 100
const { io } = testIo({ workingDirectory: '/srv', environment: {} })

async function shown(text: string): Promise<string> {
  const config = parseConfig(text, 'x.yml', io)
  const { replicas, warnings } = await checkConfig(config, io)
  assert.deepEqual(warnings, [])
  return configYaml(effectiveConfig(config, replicas, io), 'x')
}

test('config check: what it prints, read as a configuration → the same again, for any configuration without secrets', async () => {
  const below = seededBelow(SEED)
  for (let round = 0; round < ROUNDS; round++) {
    const options = { version: '1.1', aliasDuplicateObjects: false } as const
    const text = new Document(randomConfiguration(below), options).toString({ directives: false })
    try {
      const once = await shown(text)
      assert.equal(await shown(once), once)
    } catch (cause) {
      throw new Error(`failed with LTX_SEED=${SEED}, round ${round}:\n${text}`, { cause })
    }
  }
})
