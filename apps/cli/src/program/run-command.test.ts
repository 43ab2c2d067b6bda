import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { runCommand } from './run-command.ts'
import { VERBS } from './verbs.ts'

test('runCommand: help → every verb but the old names', async () => {
  const { io, output } = testIo()
  assert.equal(await runCommand(['help'], io), 0)
  for (const [name, verb] of Object.entries(VERBS)) {
    const isShown = new RegExp(`^  ${name} +`, 'm').test(output.stdout)
    assert.equal(isShown, verb.deprecatedFor === undefined, name)
  }
})

test('runCommand: an error that is no error object → one line, exit 1', async () => {
  const { io, output } = testIo({
    homeDirectory: () => {
      // oxlint-disable-next-line typescript/only-throw-error -- what a dependency might do
      throw 'no home'
    },
  })
  assert.equal(await runCommand(['databases', '-config', '~/x.yml'], io), 1)
  assert.equal(output.stderr, 'Error: no home\n')
})
