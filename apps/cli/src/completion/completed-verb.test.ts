import assert from 'node:assert/strict'
import { test } from 'vitest'
import { integerFlag, switchFlag, textFlag, withChoices } from '../flags/flag.ts'
import { defineCommand } from '../program/command.ts'
import { defineSubcommands } from '../program/subcommands.ts'
import { type CompletedVerb, completedVerbs, isTopLevel } from './completed-verb.ts'

function verbOf(form: string, words?: readonly string[]): CompletedVerb | undefined {
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
  return completedVerbs('try', 'try it', command)[0]
}

test('completedVerb: each kind of flag → what comes after it', () => {
  const verb = verbOf('[flags]')
  assert.deepEqual([verb?.name, verb?.summary], ['try', 'try it'])
  assert.deepEqual(verb?.flags, [
    { name: 'o', summary: 'where to', takes: 'path' },
    { name: 'txid', summary: 'up to this, and no further', takes: 'text' },
    { name: 'n', summary: 'how many', takes: 'text' },
    { name: 'check', summary: 'how', takes: ['none', 'full'] },
    { name: 'json', summary: 'as JSON', takes: 'nothing' },
  ])
})

test('completedVerb: what the form names → a path, words, or nothing', () => {
  assert.equal(verbOf('[flags] [DB_PATH]')?.takes, 'path')
  assert.equal(verbOf('[flags] DB_PATH REPLICA_URL')?.takes, 'path')
  assert.equal(verbOf('[flags]')?.takes, 'nothing')
  assert.equal(verbOf('[-verbose]')?.takes, 'nothing')
  assert.deepEqual(verbOf('check [flags]', ['check'])?.takes, ['check'])
})

test('completedVerbs: verbs below a verb → after it, with both words', () => {
  const below = defineCommand({
    forms: ['[flags]'],
    about: '',
    flags: { json: switchFlag('as JSON') },
    run: () => Promise.resolve(0),
  })
  const command = defineSubcommands({
    about: '',
    examples: [],
    subcommands: { check: { summary: 'look', command: below } },
  })
  const verbs = completedVerbs('config', 'the file', command)
  assert.deepEqual(verbs, [
    { name: 'config', summary: 'the file', flags: [], takes: ['check'] },
    {
      name: 'config check',
      summary: 'look',
      flags: [{ name: 'json', summary: 'as JSON', takes: 'nothing' }],
      takes: 'nothing',
    },
  ])
  assert.deepEqual(verbs.map(isTopLevel), [true, false])
})
