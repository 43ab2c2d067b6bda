import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { switchFlag } from '../flags/flag.ts'
import { atMost, defineCommand } from './command.ts'
import { CommandError } from './errors.ts'

const title = { verb: 'try', summary: 'try things' }
const command = defineCommand({
  forms: ['[flags]'],
  about: 'About.',
  flags: { json: switchFlag('as JSON') },
  run: async ({ flags, positionals, io }) => {
    io.stdout.write(`${flags.json} ${positionals.join(',')}`)
    return 0
  },
})

test('defineCommand: flags and words → handed to run', async () => {
  const { io, output } = testIo()
  assert.equal(await command.run(title, ['-json', 'a', 'b'], io), 0)
  assert.equal(output.stdout, 'true a,b')
})

test('defineCommand: help → exit 0 when one of its usual spellings is there, else 1', async () => {
  for (const [words, exitCode] of [
    [['-h'], 0],
    [['--help'], 0],
    [['--h'], 1],
    [['-h=1'], 1],
    [['--h', '-help'], 0],
  ] as const) {
    const { io, output } = testIo()
    assert.equal(await command.run(title, words, io), exitCode, words.join(' '))
    assert.match(output.stdout, /^ltx try: try things\n/)
    assert.equal(output.stderr, '')
  }
})

test('defineCommand: a bad flag → reason on stderr, help on stdout, an error', async () => {
  const { io, output } = testIo()
  await assert.rejects(command.run(title, ['-x'], io), CommandError)
  assert.equal(output.stderr, 'flag provided but not defined: -x\n')
  assert.match(output.stdout, /Usage:/)
})

test('atMost: one word too many → an error', () => {
  atMost(['a'], 1)
  assert.throws(() => atMost(['a', 'b'], 1), /too many arguments/)
})
