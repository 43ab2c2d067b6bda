import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { openConfig } from './open-config.ts'

test('openConfig: warnings → logged as the file says, or on stderr beside a result', async () => {
  await using directory = await temporaryDirectory()
  const config = join(directory.path, 'x.yml')
  await writeFile(config, 'odd: 1\nlogging: {type: json}\n')
  for (const resultOnStdout of [false, true]) {
    const { io, output } = testIo()
    await openConfig({ config, 'no-expand-env': false }, io, resultOnStdout)
    const [quiet, spoken] = resultOnStdout ? [output.stdout, output.stderr] : [output.stderr, output.stdout]
    assert.equal(quiet, '')
    assert.match(
      spoken,
      /"level":"WARN","msg":"configuration","warning":"[^"]*x\.yml:1: odd is not a known key"/,
    )
  }
})

test('openConfig: an error, and something odd beside it → the warning is logged before the error is thrown', async () => {
  await using directory = await temporaryDirectory()
  const config = join(directory.path, 'x.yml')
  for (const wrong of ['socket: {permissions: "x"}', 'l0-retention: -1s']) {
    await writeFile(config, `odd: 1\n${wrong}\n`)
    const { io, output } = testIo()
    await assert.rejects(openConfig({ config, 'no-expand-env': false }, io, true), /x\.yml:2: /)
    assert.match(
      output.stderr,
      /level=WARN msg=configuration warning="[^"]*x\.yml:1: odd is not a known key"/,
    )
  }
})
