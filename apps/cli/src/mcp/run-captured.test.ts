import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { runCaptured } from './run-captured.ts'

const { signal } = new AbortController()

test('runCaptured: a command that is done, one that fails → what it wrote, with its exit code; nothing on our own streams', async () => {
  const { io, output } = testIo()
  assert.deepEqual(await runCaptured(['version'], io, signal), { text: '0.0.0-test\n', exitCode: 0 })
  assert.deepEqual(await runCaptured(['ltx', '-level', '0', ''], io, signal), {
    text: 'Error: database path or replica URL required\nTry: ltx ltx /path/to/db\n',
    exitCode: 1,
  })
  assert.deepEqual(output, { stdout: '', stderr: '' })
})
