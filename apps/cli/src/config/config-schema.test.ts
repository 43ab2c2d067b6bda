import assert from 'node:assert/strict'
import { test } from 'vitest'
import { configSchema, schemaText, type JsonSchema } from './config-schema.ts'
import { CONFIG_KEYS } from './keys.ts'

/** The schema of one key, by its path: `dbs[].replica.url`. */
function schemaOf(path: string): JsonSchema {
  let at: unknown = configSchema()
  for (const word of path.replaceAll('[]', '.[]').split('.')) {
    const { properties, items } = at as { properties?: Record<string, unknown>; items?: unknown }
    at = word === '[]' ? items : properties?.[word]
    assert.ok(at !== undefined, `${path}: no ${word}`)
    if ((at as JsonSchema)['$ref'] === '#/$defs/replica')
      at = (configSchema()['$defs'] as JsonSchema)['replica']
  }
  return at as JsonSchema
}

test('configSchema: the top level → every key of the table, explained, and no other', () => {
  const { properties, additionalProperties } = configSchema() as {
    properties: object
    additionalProperties: unknown
  }
  assert.deepEqual(Object.keys(properties), Object.keys(CONFIG_KEYS))
  assert.equal(additionalProperties, false)
})

test('configSchema: defaults → as one writes them in the file', () => {
  assert.equal(schemaOf('l0-retention')['default'], '5m')
  assert.equal(schemaOf('socket.permissions')['default'], '0600')
  assert.equal(schemaOf('dbs[].min-checkpoint-page-count')['default'], 1000)
  assert.equal('default' in schemaOf('addr'), false)
})

test('schemaText: the schema → on lines as the formatter leaves them', () => {
  const text = schemaText()
  assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(configSchema())))
  assert.match(text, /^ {2}"type": \["object", "null"\],$/m)
})

test('configSchema: descriptions → storages, meaning, what counts otherwise, whose it is', () => {
  assert.equal(
    schemaOf('dbs[].replica.endpoint')['description'],
    's3, abs, oss: The server, a host or a URL. When absent: the provider’s own.',
  )
  assert.match(
    String(schemaOf('dbs[].replica.part-size')['description']),
    / When absent: s3: 5 MiB; gs: 8 MiB; abs: 8 MiB; oss: 6 MiB\.$/,
  )
  assert.match(String(schemaOf('verify')['description']), / Not of Litestream\.$/)
  assert.equal(schemaOf('dbs[].replicas')['deprecated'], true)
})
