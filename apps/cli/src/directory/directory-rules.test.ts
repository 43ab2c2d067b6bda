import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from '../config/load-config.ts'
import { directoryRules, type DirectoryRules } from './directory-rules.ts'

const { io } = testIo({ workingDirectory: '/srv' })

function rules(entry: string): DirectoryRules {
  const config = parseConfig(`dbs: [{dir: /data, pattern: '*', ${entry}}]`, 'x.yml', io)
  const [template] = config.databases
  assert.ok(template)
  return directoryRules(config, template, io)
}

test('directoryRules: a restore under way, sidecars → no candidates; any other name that fits is one', () => {
  const { isCandidate } = rules('replica: {path: /r}')
  const names = ['a.db', 'a.db.tmp', `a.db.12.${'0'.repeat(16)}.tmp`, 'a.db-wal']
  assert.deepEqual(names.filter(isCandidate), ['a.db', 'a.db.tmp'])
})

test('directoryRules: folders of ours inside the directory → not entered; any other is', () => {
  const { isEntered } = rules('meta-dir: /data/meta, replica: {path: /data/backup}')
  const folders = ['/data/sub', '/data/.a.db-litestream', '/data/x-litestream', '/data/meta', '/data/backup']
  assert.deepEqual(folders.filter(isEntered), ['/data/sub', '/data/x-litestream'])
})

test('directoryRules: a replica whose path is the directory itself or above it → the rest is entered', () => {
  assert.ok(rules('replica: {path: /data}').isEntered('/data/sub'))
  assert.ok(rules('replica: {path: /}').isEntered('/data/sub'))
})
