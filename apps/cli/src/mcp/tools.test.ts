import assert from 'node:assert/strict'
import { test } from 'vitest'
import { COMMAND_TOOLS, type ToolArguments } from './tools.ts'

const rows: readonly [tool: string, given: ToolArguments, config: string, words: string][] = [
  ['databases', {}, '', 'databases|-config|'],
  ['ltx', { path: 'a.db' }, 'c.yml', 'ltx|-config|c.yml|--|a.db'],
  ['ltx', { path: 's3://b/p' }, 'c.yml', 'ltx|--|s3://b/p'],
  ['reset', { path: 'a.db' }, 'c.yml', 'reset|-config|c.yml|--|a.db'],
  ['status', {}, 'c.yml', 'status|-config|c.yml|--'],
  ['status', { path: 'a.db' }, 'c.yml', 'status|-config|c.yml|--|a.db'],
  ['restore', { path: 'a.db' }, '', 'restore|--|a.db'],
  [
    'restore',
    {
      path: '-force',
      o: '-x',
      txid: '1',
      timestamp: 't',
      parallelism: '2',
      if_db_not_exists: true,
      if_replica_exists: false,
    },
    'c.yml',
    'restore|-config|c.yml|-o=-x|-txid=1|-timestamp=t|-parallelism=2|-if-db-not-exists=true|-if-replica-exists=false|--|-force',
  ],
  ['version', {}, 'c.yml', 'version'],
]
for (const [tool, given, config, words] of rows) {
  test(`COMMAND_TOOLS: ${tool} with ${JSON.stringify(given)} → a command line in which no value is a flag`, () => {
    assert.equal(COMMAND_TOOLS[`litestream_${tool}`]?.words(given, config).join('|'), words)
  })
}
