import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { switchFlag } from '../flags/flag.ts'
import { defineCommand } from './command.ts'
import { defineSubcommands } from './subcommands.ts'

const command = defineSubcommands({
  about: 'Two of them:',
  examples: ['one -loud'],
  subcommands: {
    one: {
      summary: 'the first',
      command: defineCommand({
        forms: ['[flags]'],
        about: 'About one.',
        flags: { loud: switchFlag('loudly') },
        run({ flags, positionals, io }) {
          io.stdout.write(`one ${flags.loud} ${positionals.join(' ')}\n`)
          return Promise.resolve(0)
        },
      }),
    },
    two: {
      summary: 'the second',
      command: defineCommand({ forms: [''], about: '', flags: {}, run: () => Promise.resolve(3) }),
    },
  },
})

async function run(...words: string[]): Promise<{ exitCode: number; stdout: string }> {
  const { io, output } = testIo()
  const exitCode = await command.run({ verb: 'pair', summary: 'a pair' }, words, io)
  return { exitCode, stdout: output.stdout }
}

test('defineSubcommands: a name, flags and words behind it → that one runs with them', async () => {
  assert.deepEqual(await run('one', '-loud', 'x'), { exitCode: 0, stdout: 'one true x\n' })
  assert.equal((await run('two')).exitCode, 3)
})

test('defineSubcommands: help of all, help of one → a table, its flags; nothing at all → the table and 1', async () => {
  const { exitCode, stdout } = await run('-h')
  assert.equal(exitCode, 0)
  assert.match(stdout, /^ {2}ltx pair one \[flags\]$/m)
  assert.match(stdout, /^ {2}two {2}the second$/m)
  assert.match(stdout, /^Example:\n {2}ltx pair one -loud$/m)
  assert.deepEqual(await run('help'), { exitCode, stdout })
  assert.deepEqual(await run(), { exitCode: 1, stdout })
  assert.deepEqual(await run('-loud'), { exitCode: 1, stdout })
  assert.match((await run('one', '-h')).stdout, /^ltx pair one: the first\n[^]*^ {2}-loud +loudly$/m)
})

test('defineSubcommands: an unknown name → an error with a line that works', async () => {
  for (const name of ['three', 'toString']) {
    await assert.rejects(run(name), { message: `ltx pair ${name}: unknown command`, hint: 'ltx pair one' })
  }
})
