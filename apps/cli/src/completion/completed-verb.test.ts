import assert from 'node:assert/strict'
import { test } from 'vitest'
import { integerFlag, switchFlag, textFlag, withChoices } from '../flags/flag.ts'
import { defineCommand } from '../program/command.ts'
import { type CompletedVerb, completedVerb } from './completed-verb.ts'

function verbOf(form: string, words?: readonly string[]): CompletedVerb {
  const command = defineCommand({
    forms: [form],
    about: '',
    flags: {
      o: textFlag('PATH', 'where to'),
      txid: textFlag('TXID', 'up to this,\nand no further'),
      n: integerFlag('N', 'how many', 8),
      check: withChoices(textFlag('MODE', 'how'), ['none', 'full']),
      json: switchFlag('as JSON'),
    },
    ...(words === undefined ? {} : { words }),
    run: () => Promise.resolve(0),
  })
  return completedVerb('try', 'try it', command)
}

test('completedVerb: each kind of flag → what comes after it', () => {
  const { name, summary, flags } = verbOf('[flags]')
  assert.deepEqual([name, summary], ['try', 'try it'])
  assert.deepEqual(flags, [
    { name: 'o', summary: 'where to', takes: 'path' },
    { name: 'txid', summary: 'up to this, and no further', takes: 'text' },
    { name: 'n', summary: 'how many', takes: 'text' },
    { name: 'check', summary: 'how', takes: ['none', 'full'] },
    { name: 'json', summary: 'as JSON', takes: 'nothing' },
  ])
})

test('completedVerb: what the form names → a path, words, or nothing', () => {
  assert.equal(verbOf('[flags] [DB_PATH]').takes, 'path')
  assert.equal(verbOf('[flags] DB_PATH REPLICA_URL').takes, 'path')
  assert.equal(verbOf('[flags]').takes, 'nothing')
  assert.equal(verbOf('[-verbose]').takes, 'nothing')
  assert.deepEqual(verbOf('check [flags]', ['check']).takes, ['check'])
})
