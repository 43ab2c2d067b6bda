import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'vitest'
import { World } from './world.ts'

test('application process: whoever started it is gone while it writes without a pause → it ends', async () => {
  using world = new World()
  const program = `${import.meta.dirname}/app-process-main.ts`
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, world.path], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  try {
    const answered = once(createInterface(child.stdout), 'line')
    child.stdin.write(`${JSON.stringify({ write: 100 })}\n`)
    assert.deepEqual(JSON.parse(String((await answered)[0])), { result: null })
    const ended = once(child, 'exit')
    child.stdin.end() // as the system does for a process that dies
    assert.deepEqual(await ended, [0, null])
  } finally {
    child.kill('SIGKILL')
  }
})
